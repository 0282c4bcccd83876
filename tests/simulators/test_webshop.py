"""The demo's web shop: what it shows of a backend's products, whoever wrote them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from starlette.applications import Starlette

from bot.config import ROOT
from simulators.webshop import routes
from simulators.webshop.pictures import KINDS, draw

KEY = "a key for this test, long enough for HS256"
OWN_SHOP = "そよぎ商店"
HOSTILE = "</script><img src=x onerror=alert(1)>\u202e"
MEMBER = "m-001"
DEMO_PRODUCTS = ROOT / "backend" / "demo_shop" / "products.jsonl"

Answer = Callable[[httpx.Request], httpx.Response]


def product(number: int = 1, **more: Any) -> dict[str, Any]:
    price = {"currency": "JPY", "amount": 12900}
    return {
        "id": f"p{number}",
        "name": f"靴{number}",
        "category": "スニーカー",
        "brand": "そよぎ",
        "image_url": "/shop/pictures/runner/black.svg",
        "price_from": price,
        "price_to": price,
        "option_axes": [{"name": "カラー", "role": "color", "values": ["ブラック", "ブルー"]}],
        "status": "active",
        "variants": [],
        **more,
    }


def backend(*products: dict[str, Any], name: str = OWN_SHOP) -> Answer:
    """A backend with these products, two on each page."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v1/")
        if path == "shop":
            return httpx.Response(200, json={"name": name})
        if path == "products":
            start = int(request.url.params.get("cursor", 0))
            more = str(start + 2) if start + 2 < len(products) else None
            page = {"items": products[start : start + 2], "next_cursor": more}
            return httpx.Response(200, json=page)
        found = [each for each in products if path == f"products/{each['id']}"]
        return httpx.Response(200, json=found[0]) if found else httpx.Response(404)

    return answer


@asynccontextmanager
async def shop(
    answer: Answer, sink: str = "smtp://mail.example", key: str | None = KEY
) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor of the shop's pages, who follows where they lead and keeps cookies."""
    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://backend") as http:
        app = Starlette(routes=routes(http, identity_key=key, code_sink=sink))
        way = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=way, base_url="http://shop", follow_redirects=True
        ) as visitor:
            yield visitor


async def test_the_front_page_shows_products_with_prices_and_pictures() -> None:
    async with shop(backend(*(product(number) for number in range(5)))) as visitor:
        page = await visitor.get("/?category=all")
    assert page.status_code == 200
    assert page.text.count('class="product"') == 5
    assert "¥12,900" in page.text
    assert 'src="/shop/pictures/runner/black.svg"' in page.text
    assert '<script async src="/webchat/widget.js"' in page.text


async def test_a_category_shows_its_own_products_only() -> None:
    bag = product(2, name="かばん", category="バッグ & 小物")
    async with shop(backend(product(1), bag)) as visitor:
        page = await visitor.get("/", params={"category": "バッグ & 小物"})
    assert page.text.count('class="product"') == 1
    assert "かばん" in page.text


async def test_a_chosen_language_stays() -> None:
    async with shop(backend(product())) as visitor:
        assert '<html lang="ja">' in (await visitor.get("/")).text
        assert '<html lang="en">' in (await visitor.get("/?lang=en")).text
        page = await visitor.get("/shop/products/p1")
        assert '<html lang="en">' in page.text
        assert 'value="Blue"' in page.text
        assert '<html lang="ja">' in (await visitor.get("/?lang=xx")).text


@pytest.mark.parametrize("path", ["/?category=all", "/shop/products/p1"])
async def test_hostile_names_are_text(path: str) -> None:
    sold = product(
        1,
        name=HOSTILE,
        category=HOSTILE,
        brand=HOSTILE,
        description=HOSTILE,
        facts={"material": HOSTILE},
        image_url="javascript:alert(1)",
        option_axes=[{"name": HOSTILE, "role": None, "values": [HOSTILE]}],
    )
    async with shop(backend(sold, name=HOSTILE)) as visitor:
        page = await visitor.get(path)
    assert page.status_code == 200
    assert "&lt;img src=x" in page.text
    assert "<img src=x" not in page.text
    assert "javascript:" not in page.text
    assert page.text.count("</script>") == page.text.count("<script")


async def test_nothing_but_our_own_runs_on_the_page() -> None:
    async with shop(backend(product())) as visitor:
        page = await visitor.get("/")
    policy = page.headers["content-security-policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert " style=" not in page.text
    assert "<style" not in page.text


async def test_another_shop_has_neither_our_people_nor_our_questions() -> None:
    async with shop(backend(product(image_url=None), name="別の店")) as visitor:
        page = await visitor.get("/")
        assert "別の店" in page.text
        assert "佐藤 美咲" not in page.text
        assert "靴1はどの店舗にありますか？" in page.text
        assert 'class="initial"' in page.text
        refused = await visitor.post("/shop/login", data={"member": MEMBER})
    assert refused.status_code == 403


async def test_who_logs_in_is_greeted_until_they_log_out() -> None:
    async with shop(backend(product())) as visitor:
        assert (await visitor.get("/shop/identity")).status_code == 403
        page = await visitor.post("/shop/login", data={"member": MEMBER})
        assert f'data-member="{MEMBER}"' in page.text
        assert "佐藤 美咲" in page.text
        assert (await visitor.get("/shop/identity")).status_code == 200
        page = await visitor.post("/shop/logout")
        assert "data-member" not in page.text
        assert (await visitor.get("/shop/identity")).status_code == 403


@pytest.mark.parametrize("body", ["", "member=m-404", "member=m-001'--", "other=m-001"])
async def test_nobody_logs_in_as_someone_unknown(body: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with shop(backend(product())) as visitor:
        refused = await visitor.post("/shop/login", content=body, headers=form)
    assert refused.status_code == 403


async def test_a_form_too_large_is_not_read() -> None:
    async with shop(backend(product())) as visitor:
        refused = await visitor.post("/shop/login", content=b"member=" + b"m" * 2000)
    assert refused.status_code == 413


async def test_an_identity_is_no_session() -> None:
    async with shop(backend(product())) as visitor:
        await visitor.post("/shop/login", data={"member": MEMBER})
        identity = (await visitor.get("/shop/identity")).json()["identity"]
        visitor.cookies.clear()
        visitor.cookies.set("shop_session", identity)
        assert (await visitor.get("/shop/identity")).status_code == 403


async def test_without_a_secret_nobody_can_log_in() -> None:
    async with shop(backend(product()), key=None) as visitor:
        assert "/shop/login" not in (await visitor.get("/")).text
        assert (await visitor.post("/shop/login", data={"member": MEMBER})).status_code == 403


async def test_a_backend_that_is_down_closes_the_shop_and_no_more() -> None:
    async with shop(lambda request: httpx.Response(500)) as visitor:
        for path in ("/", "/shop/products/p1"):
            page = await visitor.get(path)
            assert page.status_code == 503
            assert "ただいま準備中です" in page.text


async def test_a_product_nobody_has_is_not_found() -> None:
    async with shop(backend(product())) as visitor:
        assert (await visitor.get("/shop/products/p404")).status_code == 404
        assert (await visitor.get("/shop/products/a%2Fb")).status_code == 404


def _sent(code: str, to: str = "+819000001001") -> str:
    return json.dumps({"to": to, "kind": "sms", "code": code, "at": "2026-11-22T10:00:00Z"}) + "\n"


async def test_codes_sent_since_the_start_arrive_newest_first(tmp_path: Path) -> None:
    sink = tmp_path / "codes.jsonl"
    sink.write_text(_sent("000000"), "utf-8")
    async with shop(backend(product()), f"file:{sink}") as visitor:
        assert (await visitor.get("/shop/codes")).json() == {"codes": []}
        with sink.open("a", encoding="utf-8") as lines:
            lines.write(_sent("111111") + _sent("222222", "misaki.sato@example.com") + '{"to": "')
        codes = (await visitor.get("/shop/codes")).json()["codes"]
    assert [code["code"] for code in codes] == ["222222", "111111"]
    assert [code["to"] for code in codes] == ["m•••@e•••", "+••••••••1001"]


async def test_codes_arrive_in_a_file_that_was_not_there_yet(tmp_path: Path) -> None:
    sink = tmp_path / "var" / "codes.jsonl"
    async with shop(backend(product()), f"file:{sink}") as visitor:
        assert (await visitor.get("/shop/codes")).json() == {"codes": []}
        sink.parent.mkdir()
        sink.write_text("".join(_sent(f"{number:06}") for number in range(3000)), "utf-8")
        codes = (await visitor.get("/shop/codes")).json()["codes"]
    assert codes[0]["code"] == "002999"
    assert len(codes) == 20


async def test_where_codes_go_elsewhere_the_page_says_so() -> None:
    async with shop(backend(product())) as visitor:
        page = (await visitor.get("/")).text
        assert "inbox-button" not in page
        assert (await visitor.get("/shop/codes")).json() == {"codes": []}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_picture_is_well_formed_and_takes_nothing_from_outside(kind: str) -> None:
    for colour in ("black", "white"):
        drawn = draw(kind, colour)
        ElementTree.fromstring(drawn)
        assert "href" not in drawn
        assert "<style" not in drawn


def test_every_product_of_the_demo_shop_has_a_picture() -> None:
    for line in DEMO_PRODUCTS.read_text("utf-8").splitlines():
        told = json.loads(line)
        kind, colour = told["image_url"].removeprefix("/shop/pictures/").split("/")
        assert draw(kind, colour.removesuffix(".svg")), told["id"]


@pytest.mark.parametrize(
    "path", ["nothing/black.svg", "runner/nothing.svg", "_frame/black.svg", "..%2Fx/black.svg"]
)
async def test_there_are_no_other_pictures(path: str) -> None:
    async with shop(backend(product())) as visitor:
        assert (await visitor.get(f"/shop/pictures/{path}")).status_code == 404
