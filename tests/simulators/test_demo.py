"""The demo as it is served: the shop's log-in is proof to the chat on its pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.config import ROOT, load
from bot.demo import open_demo, staff, with_identity_key
from bot.nlu import Linear
from tests.support.browser import Browser
from tests.support.real_app import serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

POINTS = "ポイントは何ポイントありますか？"
NUMBER = "10025306"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visitor(folder: Path, engine: Linear) -> AsyncIterator[httpx.AsyncClient]:
    """Someone with the demo's front page open; all these tests share the server."""
    data = str(ROOT / "backend" / "demo_shop")
    with pytest.MonkeyPatch.context() as monkeypatch:
        async with serving(folder, engine, monkeypatch, open_demo, BACKEND_DATA=data) as opened:
            opened.follow_redirects = True
            yield opened


async def test_the_page_shows_the_demo_shop(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/")
    assert "そよぎ商店" in page.text
    assert "ソラ ランニングシューズ" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert (await visitor.get("/?category=all")).text.count('class="product"') == 74
    for path in ("/shop/static/shop.js", "/shop/static/shop.css", "/shop/pictures/mug/navy.svg"):
        assert (await visitor.get(path)).status_code == 200, path


async def test_who_is_logged_in_at_the_shop_is_known_to_the_chat(
    visitor: httpx.AsyncClient,
) -> None:
    await visitor.post("/shop/login", data={"member": "m-005"})
    identity = (await visitor.get("/shop/identity")).json()["identity"]
    await visitor.post("/shop/logout")
    chat = Browser(visitor)
    await chat.open(locale="ja", identity=identity)
    answer = await chat.ask(POINTS)
    assert "650ポイント" in answer[-1]["text"]


async def test_the_code_a_stranger_needs_arrives_in_the_inbox(visitor: httpx.AsyncClient) -> None:
    chat = Browser(visitor)
    await chat.open(locale="ja")
    await chat.ask(POINTS)
    await chat.ask(NUMBER)
    await chat.tap(0)
    code = (await visitor.get("/shop/codes")).json()["codes"][0]
    assert code["to"] == "+••••••••1002"
    answer = await chat.ask(code["code"])
    assert any("鈴木様のポイントは" in item.get("text", "") for item in answer)


async def test_an_answer_about_stock_shows_the_product(visitor: httpx.AsyncClient) -> None:
    chat = Browser(visitor)
    await chat.open(locale="ja")
    answer = await chat.ask("ソラの26.5cm ブラック、渋谷店にありますか？")
    picture = next(item["picture"] for item in answer if "picture" in item)
    assert picture == {"url": "/shop/pictures/runner/black.svg", "alt": "ソラ ランニングシューズ"}
    assert (await visitor.get(picture["url"])).headers["content-type"] == "image/svg+xml"


async def test_serving_customers_brings_no_shop(
    tmp_path: Path, engine: Linear, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(tmp_path, engine, monkeypatch) as client:
        own = ("/", "/shop/codes", "/shop/identity", "/shop/products/sora")
        for path in (*own, "/channels", "/channels/state"):
            assert (await client.get(path)).status_code == 404


async def test_the_demo_has_a_key_of_its_own_unless_there_is_one() -> None:
    plain = load({"MADOGUCHI_SECRET_KEY": "a secret"}, ROOT / "config.yml")
    made = with_identity_key(plain).env.webchat_identity_key
    assert made is not None
    assert len(made.get_secret_value()) >= 32
    assert made == with_identity_key(plain).env.webchat_identity_key
    given = {"MADOGUCHI_SECRET_KEY": "a secret", "MADOGUCHI_WEBCHAT_IDENTITY_KEY": "the shop's"}
    kept = with_identity_key(load(given, ROOT / "config.yml")).env.webchat_identity_key
    assert kept is not None
    assert kept.get_secret_value() == "the shop's"


async def test_the_demos_staff_log_in_with_what_the_terminal_says(
    visitor: httpx.AsyncClient, folder: Path
) -> None:
    settings = load({"MADOGUCHI_SECRET_KEY": "a key for this test"}, ROOT / "config.yml")
    roles = {}
    for agent in staff(settings):
        given = {"email": agent.who.email, "password": agent.password}
        assert (await visitor.post("/desk/api/login", json=given)).status_code == 200
        me = (await visitor.get("/desk/api/me")).json()
        roles[me["name"]] = me["role"]
    assert roles == {"佐藤": "agent", "鈴木": "supervisor"}
    elsewhere = load({"MADOGUCHI_SECRET_KEY": "of another demo"}, ROOT / "config.yml")
    assert {agent.password for agent in staff(elsewhere)}.isdisjoint(
        agent.password for agent in staff(settings)
    )
