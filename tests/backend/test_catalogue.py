from datetime import datetime

import httpx
import pytest
from fastapi import FastAPI

from backend.clock import TOKYO
from tests.backend.conftest import MovableClock

pytestmark = pytest.mark.usefixtures("catalogue")


async def ids(service: httpx.AsyncClient, query: str) -> list[str]:
    answer = await service.get(f"/v1/products?{query}")
    assert answer.status_code == 200, answer.text
    return [product["id"] for product in answer.json()["items"]]


async def test_the_whole_catalogue_in_pages(service: httpx.AsyncClient) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await service.get(f"/v1/products?limit=2{cursor}")).json()
        seen += [product["id"] for product in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == ["tee", "sneaker", "boots", "case", "mug"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category=靴", ["sneaker", "boots"]),
        ("brand=アサヒ", ["tee", "boots"]),
        ("size=26", ["sneaker"]),
        ("color=紺", ["tee"]),
        ("color=ピンク", []),
        ("size=S&color=白", []),
        ("size=M&color=白", ["tee"]),
        ("price_min=8000&price_max=10000", ["sneaker"]),
        ("in_stock_at=north", ["tee"]),
        ("in_stock_at=bar", ["sneaker"]),
        ("in_stock_at=online", ["tee"]),
        ("jan=4901234567894", ["tee"]),
        ("sku=BOOTS-1", ["boots"]),
        ("updated_after=2026-11-18T02:59:59Z&limit=1", ["tee"]),
        ("updated_after=2026-11-18T03:00:00Z", []),
        ("sort=price", ["mug", "case", "tee", "sneaker", "boots"]),
    ],
)
async def test_products_by_what_they_are(
    service: httpx.AsyncClient, query: str, expected: list[str]
) -> None:
    assert await ids(service, query) == expected


async def test_sorted_pages_go_on_where_they_ended(service: httpx.AsyncClient) -> None:
    for sort in ("price", "new"):
        first = (await service.get(f"/v1/products?sort={sort}&limit=3")).json()
        rest = await ids(service, f"sort={sort}&cursor={first['next_cursor']}")
        assert len({*rest, *(product["id"] for product in first["items"])}) == 5


async def test_all_about_a_product(service: httpx.AsyncClient) -> None:
    product = (await service.get("/v1/products/tee")).json()
    assert product["option_axes"] == [
        {"name": "サイズ", "role": "size", "values": ["S", "M"]},
        {"name": "カラー", "role": "color", "values": ["ブラック", "ネイビー", "ホワイト"]},
    ]
    assert product["price_from"] == {"currency": "JPY", "amount": 2000, "tax_included": True}
    assert product["facts"] == {"care": "洗えます"}
    assert [variant["id"] for variant in product["variants"]] == [
        "tee-s-bk",
        "tee-m-nv",
        "tee-m-wh",
    ]
    assert product["variants"][1]["color"]["family"] == "navy"
    english = await service.get("/v1/products/tee", headers={"Accept-Language": "en"})
    assert (english.json()["name"], english.json()["description"]) == ("T-shirt", "Plain.")
    assert (await service.get("/v1/products/nothing")).status_code == 404


async def test_axes_that_differ_only_in_case_stay_apart(service: httpx.AsyncClient) -> None:
    case = (await service.get("/v1/products/case")).json()
    assert [axis["name"] for axis in case["option_axes"]] == ["Size", "size"]
    assert case["variants"][0]["options"] == {"Size": "Large", "size": "6.1 inch"}
    path = "/v1/products/case/variants"
    assert len((await service.get(f"{path}?option[Size]=large")).json()["items"]) == 1
    assert (await service.get(f"{path}?option[size]=large")).json()["items"] == []


async def test_variants_by_option(service: httpx.AsyncClient) -> None:
    async def variants(query: str) -> list[str]:
        answer = await service.get(f"/v1/products/tee/variants?{query}")
        return [variant["id"] for variant in answer.json()["items"]]

    assert await variants("") == ["tee-s-bk", "tee-m-nv", "tee-m-wh"]
    assert await variants("size=m&color=白") == ["tee-m-wh"]
    assert await variants("option[カラー]=ネイビー") == ["tee-m-nv"]
    unknown = await service.get("/v1/products/tee/variants?option[長さ]=1")
    assert unknown.json()["type"] == "urn:problem:invalid-request"


async def test_a_code_leads_to_its_variant(service: httpx.AsyncClient) -> None:
    for query in ("jan=4901234567894", "jan=４９０１２３４５６７８９４", "sku=TEE-S-BK"):
        answer = await service.get(f"/v1/variants/lookup?{query}")
        assert answer.json()["id"] == "tee-s-bk"
    wrong = await service.get("/v1/variants/lookup?jan=4901234567895")
    assert wrong.json()["fields"] == [{"pointer": "/jan", "code": "check-digit"}]
    for query, status in (("", 400), ("jan=1&sku=2", 400), ("jan=123", 400), ("sku=none", 404)):
        assert (await service.get(f"/v1/variants/lookup?{query}")).status_code == status


async def test_a_sale_that_is_over_is_over(service: httpx.AsyncClient, clock: MovableClock) -> None:
    sale = (await service.get("/v1/variants/sneaker-26")).json()
    assert (sale["price"]["amount"], sale["list_price"]["amount"]) == (8000, 10000)
    assert sale["sale_ends_at"] == "2026-11-19T23:59:00+09:00"
    clock.now = datetime(2026, 11, 20, tzinfo=TOKYO)
    regular = (await service.get("/v1/variants/sneaker-26")).json()
    assert (regular["price"]["amount"], regular["list_price"]) == (10000, None)
    assert await ids(service, "price_max=8000&category=靴") == []


async def test_alternatives_are_of_the_same_category(service: httpx.AsyncClient) -> None:
    answer = await service.get("/v1/products/boots/similar")
    assert [product["id"] for product in answer.json()["items"]] == ["sneaker"]
    in_stock = await service.get("/v1/products/boots/similar?in_stock_at=north")
    assert in_stock.json()["items"] == []


async def test_prices_keep_their_currency(service: httpx.AsyncClient) -> None:
    price = (await service.get("/v1/variants/case-1")).json()["price"]
    assert (price["currency"], price["amount"]) == ("USD", 1999)


async def test_the_lexicon_is_fetched_once(service: httpx.AsyncClient, app: FastAPI) -> None:
    answer = await service.get("/v1/catalogue/lexicon")
    lexicon = answer.json()
    assert len(lexicon["products"]) == 5
    assert lexicon["products"][0]["option_axes"][0]["values"]
    assert [store["id"] for store in lexicon["stores"]] == ["north", "bar", "depot"]
    again = await service.get(
        "/v1/catalogue/lexicon", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


async def test_what_the_shop_has_no_data_for_is_no_capability(service: httpx.AsyncClient) -> None:
    able = (await service.get("/v1/capabilities")).json()
    assert "GET /stock" in able["operations"]
    assert not any("/points" in operation for operation in able["operations"])
    assert able["points"] == {"lots": False, "history": False, "redeem": False}
    assert able["limits"]["hold_hours"] == 48
    assert able["limits"]["max_holds"] == 1


async def test_health_says_how_old_the_data_is(service: httpx.AsyncClient) -> None:
    parts = {part["name"]: part for part in (await service.get("/v1/health")).json()["items"]}
    assert parts["stock.pos"]["lag_seconds"] == 3 * 3600
    assert parts["orders"] == {
        "name": "orders",
        "status": "empty",
        "lag_seconds": None,
        "as_of": None,
    }


async def test_the_shop_says_only_what_it_has_told(service: httpx.AsyncClient) -> None:
    shop = (await service.get("/v1/shop")).json()
    assert shop["name"] == "小さな店"
    assert "returns" not in shop
