"""The demo with LINE and Telegram played beside it: one customer, three ways in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest
import pytest_asyncio

from bot.config import ROOT, load
from bot.demo import open_demo, unset_channels
from bot.nlu import Linear
from tests.support.browser import Browser
from tests.support.real_app import serving
from tests.support.served import PATIENCE_SECONDS

pytestmark = pytest.mark.asyncio(loop_scope="module")
ASK = "ソラの26.5cm ブラック、渋谷店にありますか"
THAT_ONE = "それ、梅田店は？"
MEMBER = "10025306"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory, engine: Linear) -> AsyncIterator[str]:
    """The address of the demo."""
    data = str(ROOT / "backend" / "demo_shop")
    folder = tmp_path_factory.mktemp("beside")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("bot.delivery.BACKOFF_SECONDS", (0.05,))
        async with serving(folder, engine, monkeypatch, open_demo, BACKEND_DATA=data) as opened:
            yield str(opened.base_url)


async def until(there: Callable[[], Awaitable[object]]) -> None:
    """Return when it is there; fails when that takes too long."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await there():  # noqa: ASYNC110 - what happens elsewhere rings no bell here
            await asyncio.sleep(0.05)


class Visitor:
    """Somebody with the page open: a browser and two phones."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.web = Browser(http)

    async def state(self) -> dict[str, Any]:
        """What the page shows."""
        headers = getattr(self.web, "headers", {})
        found: dict[str, Any] = (await self.http.get("/channels/state", headers=headers)).json()
        return found

    async def do(self, name: str, act: str, **body: Any) -> None:
        """Do something with a phone."""
        done = await self.http.post(f"/channels/{name}/{act}", json=body)
        assert done.is_success, done.text

    async def said(self, name: str) -> list[str]:
        """What the counter said on a phone, with the labels of its buttons."""
        messages = (await self.state())["screens"][name]["messages"]
        return [
            message.get("text", "") + str(message.get("buttons", ""))
            for message in messages
            if message["from"] == "account"
        ]

    async def reads(self, name: str, words: str, after: int = 0) -> str:
        """Wait until this has been said, and return all that was from then on."""
        said: list[str] = []

        async def there() -> bool:
            said[:] = (await self.said(name))[after:]
            return bool(said) and words in "\n".join(said)

        try:
            await until(there)
        except TimeoutError:
            raise AssertionError(f"{words} was not said: {said}") from None
        return "\n".join(said)

    async def ask(self, name: str, text: str, answer: str) -> str:
        """Write on a phone, and read that."""
        before = len(await self.said(name))
        await self.do(name, "text", text=text)
        return await self.reads(name, answer, before)

    async def invitation(self, channel: str) -> str:
        """The link that the web chat shows as a QR code."""
        made = await self.http.post(
            "/webchat/elsewhere", json={"channel": channel}, headers=self.web.headers
        )
        url: str = made.json()["url"]
        return url

    async def goes_on_in_line(self) -> None:
        url = urlsplit(await self.invitation("line"))
        assert url.hostname == "line.me"
        await self.ask("line", unquote(url.query), "ウェブチャット")

    async def goes_on_in_telegram(self) -> None:
        url = urlsplit(await self.invitation("telegram"))
        assert url.hostname == "t.me"
        await self.do("telegram", "start", payload=url.query.removeprefix("start="))
        await self.reads("telegram", "続けてご案内")

    async def customers(self) -> dict[str, dict[str, Any]]:
        """Whom the counter takes one for, by channel."""
        customers = (await self.state())["customers"]
        return {
            account["channel"]: {**customer, "trust": account["trust"]}
            for customer in customers
            for account in customer["accounts"]
        }

    async def is_asked(self, channel: str) -> bool:
        """Does the counter wait for an answer of this customer, whether or not it was heard?"""
        return bool((await self.customers()).get(channel, {}).get("question"))

    async def is_member(self, channel: str) -> bool:
        """Does the counter know which member this is?"""
        return bool((await self.customers()).get(channel, {}).get("member"))


async def arrive(http: httpx.AsyncClient) -> Visitor:
    assert (await http.get("/channels")).status_code == 200
    return Visitor(http)


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(demo: str) -> AsyncIterator[Visitor]:
    """Somebody new."""
    async with httpx.AsyncClient(base_url=demo, timeout=PATIENCE_SECONDS) as http:
        yield await arrive(http)


async def test_a_question_from_the_web_goes_on_in_line_and_telegram(visitor: Visitor) -> None:
    await visitor.web.open(locale="ja")
    await visitor.web.ask(ASK)
    assert "ソラ" in str((await visitor.customers())["webchat"]["focus"])
    await visitor.goes_on_in_line()
    await visitor.reads("line", "お取り置きをご希望ですか")
    await visitor.goes_on_in_telegram()
    answer = await visitor.ask("telegram", THAT_ONE, "梅田店")
    assert "ソラ ランニングシューズ 26.5cm・ブラック" in answer
    state = await visitor.state()
    [customer] = state["customers"]
    assert [each["channel"] for each in customer["accounts"]] == ["webchat", "line", "telegram"]
    assert customer["question"]["about"]
    assert "お取り置き" in customer["question"]["words"]


async def test_what_is_known_is_named_in_the_language_of_the_talk(visitor: Visitor) -> None:
    await visitor.web.open(locale="en")
    await visitor.web.ask("Do you have the Sora in 26.5 cm, black, at Shibuya?")
    known = (await visitor.customers())["webchat"]
    assert list(known["focus"].values()) == ["Sora Running Shoes", "26.5cm", "black", "Shibuya"]
    assert known["question"]["about"] == "your stock question"
    assert "Would you like one put aside" in known["question"]["words"]
    await visitor.web.ask("I want to go on in LINE")
    known = (await visitor.customers())["webchat"]
    assert "Would you like one put aside" in known["question"]["words"]


async def test_line_let_go_is_a_stranger_again_and_keeps_what_was_said(visitor: Visitor) -> None:
    await visitor.web.open(locale="ja")
    await visitor.web.ask(ASK)
    await visitor.goes_on_in_line()
    before = await visitor.said("line")
    await visitor.web.ask("今はやめておく")
    await visitor.web.ask("連携しているアカウントを教えて")
    choices = {
        choice["label"]: number for number, choice in enumerate(visitor.web.items[-1]["choices"])
    }
    await visitor.web.tap(next(n for label, n in choices.items() if "LINE" in label))
    await visitor.web.tap(0)
    known = await visitor.customers()
    assert known["line"]["accounts"] == [{"channel": "line", "trust": "anonymous"}]
    assert known["line"]["focus"] == {}
    assert known["webchat"]["focus"]
    assert (await visitor.said("line"))[: len(before)] == before
    assert "ソラ" not in await visitor.ask("line", THAT_ONE, "何をお調べしましょうか")


async def test_who_logs_in_from_line_is_known_there(visitor: Visitor) -> None:
    offered = await visitor.ask("line", "連携したい", "/login?linkToken=")
    page = await visitor.http.get(re.findall(r"http://\S+", offered)[0])
    fields: dict[str, str] = {"who": MEMBER}
    for path in ("contact", "code", "verify"):
        fields |= dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
        if path == "verify":
            codes = (await visitor.http.get("/shop/codes")).json()["codes"]
            fields["code"] = codes[0]["code"]
        page = await visitor.http.post(f"/login/{path}", data=fields)
    linked = await visitor.http.get(page.headers["location"])
    assert "連携しました" in linked.text
    await visitor.reads("line", "会員情報と連携しました")
    known = (await visitor.customers())["line"]
    assert known["trust"] == "verified"
    assert known["member"]


async def test_who_shares_a_members_number_on_telegram_is_known_there(visitor: Visitor) -> None:
    await visitor.do("telegram", "start")
    await visitor.do("telegram", "contact")
    await until(lambda: visitor.is_member("telegram"))
    assert (await visitor.customers())["telegram"]["trust"] == "verified"


@pytest.mark.parametrize("mood", ["rate limited", "slow", "down"])
@pytest.mark.parametrize("name", ["line", "telegram"])
async def test_what_is_asked_in_bad_times_is_answered_once(
    visitor: Visitor, name: str, mood: str
) -> None:
    await visitor.do(name, "mood", mood=mood)
    assert (await visitor.state())["moods"][name] == mood
    try:
        await visitor.do(name, "text", text=ASK)
        if mood != "slow":
            await until(lambda: visitor.is_asked(name))
            assert await visitor.said(name) == []
    finally:
        await visitor.do(name, "mood", mood="well")
    await visitor.reads(name, "お取り置きをご希望ですか")
    await visitor.ask(name, "ありがとう", "お役に立てましたら")
    assert str(await visitor.said(name)).count("は、渋谷店とオンラインストアに在庫があります") == 1


async def test_everybody_has_phones_of_their_own(visitor: Visitor, demo: str) -> None:
    await visitor.ask("line", ASK, "渋谷店")
    async with httpx.AsyncClient(base_url=demo, timeout=PATIENCE_SECONDS) as http:
        assert (await http.get("/channels/state")).status_code == 404
        assert (await http.post("/channels/line/text", json={"text": "x"})).status_code == 404
        other = await arrive(http)
        assert await other.said("line") == []
        assert await other.customers() == {}


async def test_what_no_phone_can_do_is_refused(visitor: Visitor) -> None:
    post: Callable[..., Any] = visitor.http.post
    assert (await post("/channels/line/dance")).status_code == 400
    assert (await post("/channels/telegram/dance")).status_code == 404
    assert (await post("/channels/pigeon/text", json={"text": "x"})).status_code == 404
    assert (await post("/channels/line/mood", json={"mood": "sad"})).status_code == 400


async def test_a_platform_that_the_operator_has_set_is_left_alone() -> None:
    def played(**given: str) -> list[str]:
        settings = {f"MADOGUCHI_{name}": value for name, value in given.items()}
        return list(unset_channels(load(settings, Path(ROOT / "config.yml"))))

    assert played() == ["line", "telegram"]
    assert played(TELEGRAM_TOKEN="1:real") == ["line"]
    assert played(LINE_CHANNEL_SECRET="real", LINE_ACCESS_TOKEN="real") == ["telegram"]
