import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from backend.numbering import next_number
from backend.tables import StockLevel

pytestmark = pytest.mark.usefixtures("catalogue")


async def stock(service: httpx.AsyncClient, query: str) -> list[dict[str, object]]:
    answer = await service.get(f"/v1/stock?{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, object]] = answer.json()["items"]
    return items


async def test_what_is_free_is_what_is_there_and_not_reserved(service: httpx.AsyncClient) -> None:
    [level] = await stock(service, "variant_id=tee-s-bk&store_id=north")
    assert (level["on_hand"], level["reserved"], level["available"]) == (5, 1, 4)
    assert level["display"] == "in_stock"
    assert level["sellable_as"] == ["walk_in", "pickup", "tryon"]
    assert level["as_of"] == "2026-11-18T09:00:00+09:00"
    assert (level["source"], level["stale"]) == ("pos", False)


async def test_few_are_low_and_none_is_out(service: httpx.AsyncClient) -> None:
    [low] = await stock(service, "variant_id=tee-m-nv&store_id=north")
    [out] = await stock(service, "variant_id=sneaker-26&store_id=north")
    assert (low["display"], out["display"]) == ("low", "out")
    assert out["incoming"] == {"quantity": 4, "expected_on": None}


async def test_what_nobody_knows_is_not_nothing(service: httpx.AsyncClient) -> None:
    [unknown] = await stock(service, "variant_id=tee-s-bk&scope=ec")
    [untold] = await stock(service, "variant_id=mug-1&store_id=north")
    for level in (unknown, untold):
        assert level["on_hand"] is None
        assert level["available"] is None
        assert level["display"] == "unknown"
    assert untold["as_of"] is None


async def test_less_than_nothing_is_nothing_and_said_so(service: httpx.AsyncClient) -> None:
    [level] = await stock(service, "variant_id=tee-s-bk&store_id=bar")
    assert (level["available"], level["raw_available"]) == (0, -2)
    assert level["display"] == "out"


async def test_stock_near_a_place_and_everywhere(service: httpx.AsyncClient) -> None:
    near = await stock(service, "variant_id=sneaker-27&near=35.61,139.70&limit=1")
    assert [(level["store_id"], level["available"]) for level in near] == [("bar", 1)]
    assert near[0]["distance_m"] == pytest.approx(1112, abs=2)
    everywhere = await stock(service, "variant_id=sneaker-27&variant_id=tee-m-nv")
    assert [(level["variant_id"], level["store_id"]) for level in everywhere] == [
        ("sneaker-27", "north"),
        ("sneaker-27", "bar"),
        ("sneaker-27", None),
        ("tee-m-nv", "north"),
        ("tee-m-nv", "bar"),
        ("tee-m-nv", None),
    ]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("variant_id=tee-s-bk&store_id=north&scope=ec", 400),
        ("variant_id=tee-s-bk&near=1", 400),
        ("variant_id=nothing", 404),
        ("variant_id=tee-s-bk&store_id=nowhere", 404),
        ("&".join(f"variant_id={number}" for number in range(51)), 400),
    ],
)
async def test_a_question_that_makes_no_sense(
    service: httpx.AsyncClient, query: str, status: int
) -> None:
    assert (await service.get(f"/v1/stock?{query}")).status_code == status


async def test_what_is_coming_the_soonest_first(service: httpx.AsyncClient) -> None:
    answer = await service.get("/v1/stock/incoming?variant_id=sneaker-26&variant_id=tee-m-nv")
    coming = answer.json()["items"]
    assert [(each["quantity"], each["expected_on"]) for each in coming] == [
        (6, "2026-11-21"),
        (4, None),
    ]
    elsewhere = await service.get("/v1/stock/incoming?variant_id=sneaker-26&store_id=bar")
    assert elsewhere.json()["items"] == []


async def test_a_follower_sees_every_change_once(app: FastAPI, service: httpx.AsyncClient) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = (await service.get(f"/v1/stock/changes?limit=3{after}")).json()
        seen += [level["variant_id"] for level in page["items"]]
        after = f"&after={page['next_cursor']}"
        if not page["items"]:
            break
    assert len(seen) == 8
    async with app.state.database.writing() as session, session.begin():
        number = await next_number(session, "stock")
        await session.execute(
            update(StockLevel)
            .where(StockLevel.variant_id == "sneaker-27")
            .values(on_hand=0, change_number=number)
        )
    [changed] = (await service.get(f"/v1/stock/changes?{after}")).json()["items"]
    assert (changed["variant_id"], changed["available"]) == ("sneaker-27", 0)


async def test_pickup_is_ready_after_the_lead_time(service: httpx.AsyncClient) -> None:
    answer = await service.get("/v1/pickup/options?variant_id=tee-m-nv&quantity=2&store_id=north")
    [option] = answer.json()["items"]
    assert option["from"] == "store_stock"
    # Noon, and the store needs two hours; its pickup counter closes at 19:00.
    assert option["ready_at_estimate"] == "2026-11-18T14:00:00+09:00"
    assert option["cutoff"] == "2026-11-18T17:00:00+09:00"
    assert option["available_lines"] == [
        {"variant_id": "tee-m-nv", "quantity": 2, "available": 2, "enough": True}
    ]


async def test_pieces_from_elsewhere_have_no_promised_time(service: httpx.AsyncClient) -> None:
    answer = await service.get("/v1/pickup/options?variant_id=tee-m-nv&quantity=3&store_id=north")
    [option] = answer.json()["items"]
    assert (option["from"], option["ready_at_estimate"]) == ("transfer", None)
    nowhere = await service.get("/v1/pickup/options?variant_id=tee-m-wh&near=35.7,139.7")
    assert [option["from"] for option in nowhere.json()["items"]] == [None, None]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "&quantity=0&store_id=north",
        "&quantity=1&quantity=2&store_id=north",
        "&store_id=north&near=1,2",
    ],
)
async def test_a_pickup_question_that_makes_no_sense(
    service: httpx.AsyncClient, query: str
) -> None:
    answer = await service.get(f"/v1/pickup/options?variant_id=tee-m-nv{query}")
    assert answer.status_code == 400
