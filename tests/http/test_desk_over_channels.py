"""Staff at the desk, customers on LINE and Telegram: what is written here is read there."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import httpx
import pytest
import pytest_asyncio

from bot.nlu import Linear
from simulators.line import LineSimulator
from simulators.line.phone import Phone
from simulators.telegram.chats import Person
from tests.support import line as lines
from tests.support import telegram as telegrams
from tests.support.browser import Browser
from tests.support.real_app import MovableClock, serving
from tests.support.served import PATIENCE_SECONDS
from tests.support.staff import Staff, hire

pytestmark = pytest.mark.asyncio(loop_scope="module")
PERSON = "担当者と話したいです"
REPLY, PUSH = "/v2/bot/message/reply", "/v2/bot/message/push"
TOO_LATE = timedelta(seconds=51)
HOSTILE = "<script>alert(1)</script>\u202e\u2066\u200b\u0007 [x](javascript:alert(1)) 'DROP--%"
LONG = "\n".join(f"{number}行目：{'𠮷' * 60}" for number in range(55))
"""Fewer characters than staff may write, more code units than a message may have."""


class Desk:
    """One staff member, the app, and both platforms behind it."""

    def __init__(
        self,
        app: httpx.AsyncClient,
        staff: Staff,
        line: LineSimulator,
        platform: telegrams.Platform,
    ) -> None:
        self.app = app
        self.staff = staff
        self.line = line
        self.platform = platform
        self.seen: set[str] = set()

    async def taken(self) -> str:
        """The conversation of whoever has just asked for a person, taken."""
        row = await self.staff.waits_for("asked_for", self.seen)
        talk: str = row["conversation_id"]
        self.seen.add(talk)
        await self.staff.does("take", talk)
        return talk

    async def on_line(self, phone: Phone) -> str:
        await lines.ask(phone, PERSON)
        talk = await self.taken()
        await lines.until(lambda: "佐藤" in phone.said()[-1])
        return talk

    async def shows(self, talk: str, words: str) -> dict[str, Any]:
        """The entry of the timeline with these words, once it is there."""

        async def found() -> dict[str, Any] | None:
            items = (await self.staff.sees(talk))["items"]
            return next((item for item in items if words in item.get("text", "")), None)

        entry: dict[str, Any] = await there(found)
        return entry

    async def conceals(self, talk: str, secret: str) -> None:
        """Staff read this nowhere."""
        found = await self.staff.get("search", q=secret[:8])
        seen = [await self.staff.sees(talk), await self.staff.queue(), found]
        assert secret not in json.dumps(seen, ensure_ascii=False)

    def calls(self, path: str, phone: Phone) -> list[dict[str, Any]]:
        """What was sent to one phone, and taken."""
        tokens = self.line.platform.reply_tokens
        found = []
        for call in self.line.calls(path):
            body = call["body"]
            token = tokens.get(body.get("replyToken", ""))
            if (token.chat if token else body.get("to")) == phone.chat.id:
                found.append(call)
        return [call for call in found if call.get("status") == 200]


async def there(look: Callable[[], Awaitable[Any]]) -> Any:
    """What a look finds, once it finds something."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (found := await look()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory, engine: Linear) -> AsyncIterator[Desk]:
    """One app with both platforms for all these tests: customers do not meet."""
    folder: Path = tmp_path_factory.mktemp("desk_channels")
    platform = telegrams.Platform(telegrams.TOKEN, retry_seconds=0.05)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("bot.delivery.BACKOFF_SECONDS", (0.05,))
        async with (
            lines.line_at() as (simulator, line_base),
            telegrams.telegram(platform) as telegram_base,
            serving(
                folder,
                engine,
                monkeypatch,
                LINE_CHANNEL_SECRET=lines.SECRET,
                LINE_ACCESS_TOKEN=lines.TOKEN,
                LINE_API_BASE=line_base,
                LINE_DATA_API_BASE=line_base,
                LINE_LOGIN_URL="https://shop.example/login",
                TELEGRAM_TOKEN=telegrams.TOKEN,
                TELEGRAM_SECRET=telegrams.SECRET,
                TELEGRAM_API_BASE=telegram_base,
            ) as app,
        ):
            simulator.webhook.address = str(app.base_url).rstrip("/")
            hook = telegrams.Webhook(f"{app.base_url}/webhooks/telegram", telegrams.SECRET)
            platform.updates.set_webhook(hook)
            await hire(folder, "佐藤", email="sato@shop.example")
            async with httpx.AsyncClient(
                base_url=app.base_url, timeout=PATIENCE_SECONDS
            ) as browser:
                staff = Staff(browser, "sato@shop.example")
                await staff.logs_in()
                yield Desk(app, staff, simulator, platform)


@pytest.fixture
def hanako(desk: Desk, request: pytest.FixtureRequest) -> Phone:
    """A customer on LINE whom nobody has seen before."""
    desk.line.platform.calls.clear()
    return desk.line.phone(request.node.name)


@pytest.fixture
def taro(desk: Desk, request: pytest.FixtureRequest) -> Person:
    """A customer on Telegram whom nobody has seen before."""
    return desk.platform.person(crc32(request.node.name.encode()) + 1, "太郎")


# LINE ----------------------------------------------------------------------------------------


async def test_an_answer_goes_out_for_free_on_the_newest_message(desk: Desk, hanako: Phone) -> None:
    talk = await desk.on_line(hanako)
    await hanako.write("サイズの件です")
    await desk.shows(talk, "サイズの件です")
    pushes, replies = len(desk.calls(PUSH, hanako)), len(desk.calls(REPLY, hanako))
    await desk.staff.does("reply", talk, text="27cmがございます")
    await lines.until(lambda: hanako.said()[-1] == "27cmがございます")
    assert len(desk.calls(PUSH, hanako)) == pushes
    assert len(desk.calls(REPLY, hanako)) == replies + 1
    # The token is used up: what staff write next is pushed, and counted.
    spent = desk.line.platform.pushed
    await desk.staff.does("reply", talk, text="在庫は3点です")
    await lines.until(lambda: hanako.said()[-1] == "在庫は3点です")
    assert len(desk.calls(PUSH, hanako)) == pushes + 1
    assert desk.line.platform.pushed == spent + 1


async def test_the_customer_sees_who_writes(desk: Desk, hanako: Phone) -> None:
    talk = await desk.on_line(hanako)
    await desk.staff.does("reply", talk, text="佐藤と申します")
    await lines.until(lambda: hanako.said()[-1] == "佐藤と申します")
    assert hanako.chat.messages[-1]["sender"]["name"] == "佐藤"
    by_bot = next(m for m in hanako.chat.messages if m["from"] == "account")
    assert by_bot.get("sender", {}).get("name") != "佐藤"


async def test_a_long_answer_comes_whole_and_in_order(desk: Desk, hanako: Phone) -> None:
    talk = await desk.on_line(hanako)
    before = len(hanako.said())
    await desk.staff.does("reply", talk, text=LONG)
    await desk.staff.does("reply", talk, text="以上です")
    await lines.until(lambda: hanako.said()[-1] == "以上です")
    parts = hanako.said()[before:-1]
    assert len(parts) > 1
    assert "".join("".join(parts).split()) == "".join(LONG.split())


async def test_what_a_customer_cannot_get_is_seen_on_the_desk_and_sent_again(
    desk: Desk, hanako: Phone
) -> None:
    talk = await desk.on_line(hanako)
    await hanako.write("少し待って")
    await desk.shows(talk, "少し待って")
    MovableClock.ahead += TOO_LATE  # the handle of that message is of no use any more
    desk.line.mischief.play("refused", PUSH, times=2)
    await desk.staff.does("reply", talk, text="いかがですか")
    failed = await there(lambda: _failed(desk, talk))
    assert failed["text"] == "いかがですか"
    assert (await desk.shows(talk, "いかがですか"))["failed"]
    again = await desk.staff.post(f"failures/{failed['key']}/resend")
    assert again.status_code == 202
    await lines.until(lambda: "いかがですか" in hanako.said())
    assert not await _failed(desk, talk)
    assert (await desk.staff.post(f"failures/{failed['key']}/resend")).status_code == 404


async def test_what_line_does_not_let_us_push_is_told_by_its_reason(
    desk: Desk, hanako: Phone
) -> None:
    talk = await desk.on_line(hanako)
    await hanako.write("少し待って")
    await desk.shows(talk, "少し待って")
    MovableClock.ahead += TOO_LATE
    desk.line.mischief.play("forbidden", PUSH)
    await desk.staff.does("reply", talk, text="お調べしました")
    failed = await there(lambda: _failed(desk, talk))
    assert failed["reason"]["kind"] == "refused"
    assert "403" in failed["reason"]["detail"]
    assert "not available for your account" in failed["reason"]["detail"]
    shown = await desk.shows(talk, "お調べしました")
    assert (shown["failed"], shown["key"]) == (failed["reason"], failed["key"])
    # It says nothing about the customer: what is written next is sent.
    await desk.staff.does("reply", talk, text="いかがですか")
    await lines.until(lambda: hanako.said()[-1] == "いかがですか")
    assert await _unblocked(desk, talk)
    assert (await desk.staff.post(f"failures/{failed['key']}/resend")).status_code == 202
    await lines.until(lambda: hanako.said()[-1] == "お調べしました")


async def test_who_has_blocked_us_is_written_to_when_they_let_us_in_again(
    desk: Desk, hanako: Phone
) -> None:
    talk = await desk.on_line(hanako)
    await hanako.block()
    await there(lambda: _blocked(desk, talk))
    refused = await desk.staff.post(f"conversations/{talk}/reply", {"text": "もしもし"})
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    await hanako.follow()
    await there(lambda: _unblocked(desk, talk))
    await desk.staff.does("reply", talk, text="おかえりなさい")
    await lines.until(lambda: "おかえりなさい" in hanako.said())


async def _failed(desk: Desk, talk: str) -> dict[str, Any] | None:
    items = (await desk.staff.get("failures"))["items"]
    return next((item for item in items if item["conversation_id"] == talk), None)


async def _unblocked(desk: Desk, talk: str) -> bool:
    return not (await desk.staff.sees(talk))["customer"]["channels"][0]["blocked"]


async def _blocked(desk: Desk, talk: str) -> bool:
    return not await _unblocked(desk, talk)


async def test_staff_cannot_become_the_customer_by_a_link_code_they_were_sent(
    desk: Desk, hanako: Phone
) -> None:
    await lines.ask(hanako, "連携したい")
    await lines.tap(hanako, "Telegramで続ける")
    words = next(text for text in reversed(hanako.said()) if "連携コード" in text)
    assert re.search(r"\d{4}-\d{4}", words)
    assert "https://t.me/" in words
    talk = await desk.on_line(hanako)
    shown = await desk.shows(talk, "Telegramのトークに")
    assert "「連携コード ••••-••••」" in shown["text"]
    first, second = re.findall(r"(\d{4})-(\d{4})", words)[0]
    for secret in (f"{first}{second}", f"{first}-{second}", "t.me/"):
        await desk.conceals(talk, secret)
    # They typed it where it is good for nothing: nobody has used it up.
    await hanako.write(f"連携コード {first}-{second}")
    await desk.shows(talk, "••••••")
    await desk.conceals(talk, f"{first}-{second}")


async def test_staff_cannot_become_the_customer_by_the_log_in_page_they_were_sent(
    desk: Desk, hanako: Phone
) -> None:
    words = "\n".join(await lines.ask(hanako, "連携したい"))
    (token,) = re.findall(r"https://shop\.example/login\?linkToken=(\S+)", words)
    assert token in desk.line.platform.link_tokens
    talk = await desk.on_line(hanako)
    assert (await desk.shows(talk, "会員情報と連携できます"))["text"].endswith("••••••")
    await desk.conceals(talk, token)


# Telegram ------------------------------------------------------------------------------------


async def test_on_telegram_the_answer_names_who_writes(desk: Desk, taro: Person) -> None:
    chat = desk.platform.private(taro)
    desk.platform.send(taro, {"text": PERSON}, chat)
    talk = await desk.taken()
    desk.platform.send(taro, {"text": "返品の件です"}, chat)
    await desk.shows(talk, "返品の件です")
    await desk.staff.does("reply", talk, text="承ります")
    await telegrams.until(lambda: chat.messages[-1].content.get("text") == "佐藤: 承ります")
    assert (await desk.shows(talk, "承ります"))["channel"] == "telegram"


async def test_on_telegram_a_long_answer_comes_whole_and_in_order(desk: Desk, taro: Person) -> None:
    chat = desk.platform.private(taro)
    desk.platform.send(taro, {"text": PERSON}, chat)
    talk = await desk.taken()
    await telegrams.until(lambda: "佐藤" in str(chat.messages[-1].content))
    before = len(chat.messages)
    await desk.staff.does("reply", talk, text=LONG)
    await desk.staff.does("reply", talk, text="以上です")
    await telegrams.until(lambda: "以上です" in str(chat.messages[-1].content))
    parts = [shown.content["text"] for shown in chat.messages[before:-1]]
    assert len(parts) > 1
    assert "".join("".join(parts).removeprefix("佐藤: ").split()) == "".join(LONG.split())


async def test_who_blocked_the_bot_on_telegram_is_seen_on_the_desk(
    desk: Desk, taro: Person
) -> None:
    chat = desk.platform.private(taro)
    desk.platform.send(taro, {"text": PERSON}, chat)
    talk = await desk.taken()
    await telegrams.until(lambda: "佐藤" in str(chat.messages[-1].content))
    chat.barred = "bot was blocked by the user"
    await desk.staff.does("reply", talk, text="いかがですか")
    failed = await there(lambda: _failed(desk, talk))
    desk.platform.start(taro)
    await there(lambda: _unblocked(desk, talk))
    assert (await desk.staff.post(f"failures/{failed['key']}/resend")).status_code == 202
    await telegrams.until(lambda: any("いかがですか" in str(m.content) for m in chat.messages))


# Hostile words -------------------------------------------------------------------------------


async def test_hostile_words_are_kept_and_told_as_they_are(desk: Desk, hanako: Phone) -> None:
    talk = await desk.on_line(hanako)
    await hanako.write(HOSTILE)
    await desk.shows(talk, "<script>")
    answer = await desk.staff.browser.get(f"/desk/api/conversations/{talk}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    await desk.staff.does("reply", talk, text=HOSTILE)
    await desk.staff.does("note", talk, text=HOSTILE)
    await lines.until(lambda: "<script>" in hanako.said()[-1])
    items = (await desk.staff.sees(talk))["items"]
    by_author = {item["author"]: item["text"] for item in items if "text" in item}
    assert by_author["customer"] == by_author["agent"] == by_author["note"] == HOSTILE
    assert (await desk.staff.get("search", q="'DROP--%"))["items"]


@pytest.mark.parametrize("words", ["a\x00b", "a" * 10_000, "\ud800", "\u200b"])
async def test_words_nobody_could_store_or_send_are_refused_or_told(
    desk: Desk, hanako: Phone, words: str
) -> None:
    talk = await desk.on_line(hanako)
    for action in ("reply", "note"):
        body = json.dumps({"text": words}).encode()
        answer = await desk.staff.browser.post(
            f"/desk/api/conversations/{talk}/{action}",
            content=body,
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code in (200, 204, 400), answer.text
        if answer.status_code == 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert words[:50] not in answer.text
    found = await desk.staff.browser.get("/desk/api/search", params={"q": "a\x00b"})
    assert found.status_code in (200, 400)
    assert (await desk.staff.sees(talk))["state"] == "with_person"


async def test_a_word_of_ten_thousand_characters_from_the_web_is_shown_whole(desk: Desk) -> None:
    customer = Browser(desk.app)
    await customer.open()
    await customer.ask(PERSON)
    talk = await desk.taken()
    body = {"client_id": "long", "text": "あ" * 10_000}
    answer = await desk.app.post("/webchat/messages", json=body, headers=customer.headers)
    if answer.status_code == 202:
        assert len((await desk.shows(talk, "ああああ"))["text"]) == 10_000
    else:
        assert answer.status_code == 400
        assert (await desk.staff.sees(talk))["state"] == "with_person"
