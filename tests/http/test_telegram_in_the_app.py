"""Telegram and the real app: what people write on their phones, and what they read there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.nlu import Linear
from simulators.telegram import faults
from tests.support.real_app import Moody, serving
from tests.support.small_shop import ASK
from tests.support.telegram import (
    SECRET,
    TOKEN,
    Chat,
    Platform,
    Shown,
    Webhook,
    photo,
    telegram,
    until,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
POINTS = "ポイントの残高を教えて"


@asynccontextmanager
async def counter(
    platform: Platform, folder: Path, engine: Linear, **more: str
) -> AsyncIterator[httpx.AsyncClient]:
    """The app with Telegram switched on."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        async with telegram(platform) as base:
            given = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_BASE": base, **more}
            async with serving(folder, engine, monkeypatch, **given) as client:
                yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def platform() -> Platform:
    return Platform(TOKEN, retry_seconds=0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(
    platform: Platform, tmp_path_factory: pytest.TempPathFactory, engine: Linear
) -> AsyncIterator[httpx.AsyncClient]:
    """The app with its webhook set: customers do not meet."""
    folder = tmp_path_factory.mktemp("telegram")
    async with counter(platform, folder, engine, TELEGRAM_SECRET=SECRET) as client:
        platform.updates.set_webhook(Webhook(f"{client.base_url}/webhooks/telegram", SECRET))
        yield client


class Phone:
    """One customer's chat: writes, presses buttons, and waits for what is said to that."""

    def __init__(self, platform: Platform, id: int, language: str = "ja") -> None:
        self.platform = platform
        self.who = platform.person(id, "客", language)
        self.chat: Chat = platform.private(self.who)
        self._read = 0

    def said(self) -> list[Shown]:
        """What was said to the latest thing that was done here."""
        return [s for s in self.chat.messages[self._read :] if s.author == "bot"]

    def goes_on_in(self, chat: Chat) -> None:
        """Look at another chat from now on, at all that stands there."""
        self.chat, self._read = chat, 0

    def write(self, text: str) -> Shown:
        self._read = len(self.chat.messages)
        return self.platform.send(self.who, {"text": text}, self.chat)

    def shares_contact(self) -> None:
        self._read = len(self.chat.messages)
        contact = {"phone_number": self.who.phone, "first_name": "客", "user_id": self.who.id}
        self.platform.send(self.who, {"contact": contact}, self.chat)

    async def reads(self, words: str) -> None:
        """Return when this has been said."""
        await self._until(lambda: self.said() and words in str([s.content for s in self.said()]))

    async def ask(self, text: str, answer: str) -> None:
        """Write, and read that."""
        self.write(text)
        await self.reads(answer)

    async def tap(self, label: str, answer: str) -> None:
        """Press the newest button that says this as soon as it is there, and read that."""
        await self._until(lambda: self._button(label))
        shown, data = self._button(label)[-1]
        self._read = len(self.chat.messages)
        self.platform.tap(self.who, shown.id, data)
        await self.reads(answer)

    async def _until(self, there: Callable[[], object]) -> None:
        try:
            await until(there)
        except TimeoutError:
            raise AssertionError(f"instead, this was said: {self.said()}") from None

    def _button(self, label: str) -> list[tuple[Shown, str]]:
        return [
            (shown, button["callback_data"])
            for shown in self.chat.messages
            for row in (shown.markup or {}).get("inline_keyboard", [])
            for button in row
            if button["text"] == label
        ]


@pytest.fixture
def phone(client: httpx.AsyncClient, platform: Platform) -> Phone:
    """Somebody new."""
    return Phone(platform, 1000 + len(platform.people))


async def test_a_whole_talk_with_buttons(phone: Phone, platform: Platform) -> None:
    before, taps = len(platform.calls), len(platform.callbacks)
    platform.start(phone.who)
    await until(phone.said)
    await phone.ask(ASK, "渋谷店")
    await phone.tap("お取り置きする", "お名前")
    await phone.ask("ヤマダ ハナコ", "よろしいですか")
    await phone.tap("お取り置きする", "お取り置き番号")
    # Taps are acknowledged beside the answers, which need not wait for that.
    await until(lambda: all(callback.answered for callback in platform.callbacks.values()))
    calls = platform.calls[before:]
    answered = [call for call in calls if call.method == "answerCallbackQuery"]
    assert len(answered) == len(platform.callbacks) - taps == 2
    assert {call.status for call in calls} == {200}


async def test_an_old_button_is_answered_kindly(phone: Phone, platform: Platform) -> None:
    await phone.ask(ASK, "渋谷店")
    await phone.tap("今はやめておく", "")
    await phone.tap("お取り置きする", "")
    await until(lambda: all(callback.answered for callback in platform.callbacks.values()))


async def test_the_menu_works_in_the_language_of_the_phone(
    client: httpx.AsyncClient, platform: Platform
) -> None:
    await Phone(platform, 2001, "en").ask("/points", "member number")
    await Phone(platform, 2002, "ja").ask("/points", "会員番号")


async def test_who_shares_their_number_need_not_prove_more(
    client: httpx.AsyncClient, platform: Platform
) -> None:
    member = Phone(platform, 9001)
    await member.ask(POINTS, "会員番号")
    [[button]] = member.chat.keyboard
    assert button == {"text": "電話番号を送る", "request_contact": True}
    member.shares_contact()
    await member.reads("1,280")
    assert member.chat.keyboard == []


async def test_who_proves_it_in_another_way_is_no_longer_asked_for_their_number(
    phone: Phone, platform: Platform
) -> None:
    await phone.ask(POINTS, "会員番号")
    assert phone.chat.keyboard
    await phone.ask("やめます", "取りやめました")
    assert phone.chat.keyboard == []


async def test_an_edited_message_is_heard_again(phone: Phone, platform: Platform) -> None:
    mine = phone.write(ASK.replace("27.0", "26.5"))
    await phone.reads("26.5cm")
    platform.edit(phone.who, mine.id, ASK)
    await phone.reads("27.0cm")


async def test_a_picture_is_kept_for_staff(phone: Phone, platform: Platform) -> None:
    platform.send(phone.who, photo(platform, b"\xff\xd8\xff" + b"x" * 1000))
    await phone.reads("お写真を受け取りました")
    assert [call.method for call in platform.calls].count("getFile") == 1


async def test_an_update_delivered_again_is_answered_once(phone: Phone, platform: Platform) -> None:
    phone.write("こんにちは")
    await until(phone.said)
    update = next(
        u for u in platform.updates.made if u.get("message", {}).get("text") == "こんにちは"
    )
    for _ in range(3):
        platform.updates.repeat(phone.chat.id, update)
    await platform.updates.settle()
    await phone.ask(POINTS, "会員番号")
    texts = [str(s.content) for s in phone.chat.messages if s.author == "bot"]
    assert len(texts) == len(set(texts))


async def test_a_call_without_the_secret_is_refused(
    client: httpx.AsyncClient, platform: Platform
) -> None:
    body = json.dumps({"update_id": 1, "message": {}})
    header = "X-Telegram-Bot-Api-Secret-Token"
    for headers in ({}, {header: ""}, {header: SECRET + "x"}, {header: "é".encode()}):
        refused = await client.post("/webhooks/telegram", content=body, headers=headers)
        assert refused.status_code == 401
    for content in (b"", b"{", b"[]", b"\xff"):
        call = client.post("/webhooks/telegram", content=content, headers={header: SECRET})
        assert (await call).status_code == 400


async def test_in_a_group_only_what_is_meant_for_us_is_answered(
    phone: Phone, platform: Platform
) -> None:
    phone.chat = group = platform.chat(-700, "group", "家族")
    platform.add_to(group, phone.who)
    await until(phone.said)
    phone.write("明日の夕飯は？")
    asked = phone.write(f"@{platform.bot.username} {ASK}")
    await phone.reads("渋谷店")
    quoted = [shown.content.get("reply_to_message", {}).get("message_id") for shown in phone.said()]
    assert asked.id in quoted


async def test_a_group_that_grows_goes_on_with_the_open_question(
    phone: Phone, platform: Platform
) -> None:
    name = f"@{platform.bot.username}"
    phone.chat = group = platform.chat(-701, "group", "家族")
    platform.add_to(group, phone.who)
    await phone.ask(f"{name} ソラは渋谷店にありますか", "サイズ")
    phone.goes_on_in(platform.migrate(group, -1001234567891))
    await phone.ask(f"{name} 27.0cm", "ソラ スニーカー 27.0cm")


async def test_a_group_whose_growing_nobody_told_goes_on_where_its_answer_was_sent(
    phone: Phone, platform: Platform
) -> None:
    name = f"@{platform.bot.username}"
    phone.chat = group = platform.chat(-702, "group", "家族")
    platform.add_to(group, phone.who)
    await until(phone.said)
    platform.faults.mood, before = "down", len(platform.calls)
    phone.write(f"{name} ソラは渋谷店にありますか")
    await until(lambda: any(c.method == "sendMessage" for c in platform.calls[before:]))
    phone.goes_on_in(platform.migrate(group, -1001234567892, told=False))
    platform.faults.mood = "well"
    await phone.reads("サイズ")
    await phone.ask(f"{name} 27.0cm", "ソラ スニーカー 27.0cm")


@pytest.mark.parametrize("mode", ["rate limited", "down"])
async def test_nothing_is_lost_while_telegram_is_in_trouble(
    mode: str, phone: Phone, platform: Platform
) -> None:
    platform.faults.mood = mode  # type: ignore[assignment]
    before = len(platform.calls)
    phone.write("こんにちは")
    phone.write(ASK)
    await until(lambda: any(c.method == "sendMessage" for c in platform.calls[before:]))
    assert phone.said() == []
    platform.faults.mood = "well"
    await phone.reads("渋谷店")
    assert "渋谷店" in str(phone.said()[-1].content)


async def test_who_waits_for_the_shop_sees_that_we_type(
    phone: Phone, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def signs() -> list[str]:
        made = [call.method for call in platform.calls[before:]]
        return sorted(method for method in made if method != "sendMessage")

    await phone.ask(ASK, "渋谷店")
    await phone.tap("お取り置きする", "お名前")
    await phone.ask("ヤマダ ハナコ", "よろしいですか")
    before = len(platform.calls)
    monkeypatch.setattr(Moody, "mood", "hanging")
    await phone.tap("お取り置きする", "")
    await until(lambda: signs() == ["answerCallbackQuery", "sendChatAction"])


async def test_a_slow_telegram_is_waited_for(
    phone: Phone, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "SLOW_SECONDS", 0.5)
    platform.faults.mood = "slow"
    await phone.ask(ASK, "渋谷店")
    await phone.tap("今はやめておく", "")
    platform.faults.mood = "well"
    texts = [str(shown.content) for shown in phone.chat.messages if shown.author == "bot"]
    assert len(texts) == len(set(texts))


async def test_who_blocks_us_before_the_answer_may_come_back(
    phone: Phone, platform: Platform
) -> None:
    phone.write(ASK)
    platform.block(phone.who)
    await platform.updates.settle()
    platform.unblock(phone.who)
    await phone.ask(ASK, "渋谷店")


async def test_who_lets_us_in_again_and_restarts_is_greeted_once(
    phone: Phone, platform: Platform
) -> None:
    await phone.ask(ASK, "渋谷店")
    platform.block(phone.who)
    platform.unblock(phone.who)
    before = len(phone.chat.messages)
    platform.start(phone.who)
    await platform.updates.settle()
    await phone.ask("営業時間を教えてください。渋谷店です", "渋谷店")
    greetings = [
        shown
        for shown in phone.chat.messages[before:]
        if shown.author == "bot" and "ご用件" in str(shown.content)
    ]
    assert len(greetings) == 1, greetings


async def test_the_same_talk_by_polling(tmp_path: Path, engine: Linear) -> None:
    platform = Platform(TOKEN)
    platform.updates.set_webhook(Webhook("http://127.0.0.1:1/nowhere"))
    phone = Phone(platform, 1001)
    phone.write(ASK)
    async with counter(platform, tmp_path, engine, TELEGRAM_MODE="polling"):
        await phone.reads("渋谷店")
        await phone.tap("今はやめておく", "")
        await until(lambda: all(c.answered for c in platform.callbacks.values()))
        await until(lambda: not platform.updates.pending)
    assert platform.updates.webhook is None
