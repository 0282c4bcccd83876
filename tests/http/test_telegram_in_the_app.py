"""Telegram and the real app: what people write on their phones, and what they read there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.nlu import Linear
from tests.support.real_app import serving
from tests.support.small_shop import ASK
from tests.support.telegram import (
    SECRET,
    TOKEN,
    Chat,
    Platform,
    Shown,
    Webhook,
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
    """One customer's chat: writes, and waits for what is said to it."""

    def __init__(self, platform: Platform, id: int, language: str = "ja") -> None:
        self.platform = platform
        self.who = platform.person(id, "客", language)
        self.chat: Chat = platform.private(self.who)

    def said(self) -> list[Shown]:
        return [shown for shown in self.chat.messages if shown.author == "bot"]

    async def answer(self, before: int) -> str:
        """What is said from there on; one turn's messages come in one go."""
        await until(lambda: len(self.said()) > before)
        await until(lambda: all(call.status for call in self.platform.calls))
        return "\n".join(shown.content.get("text", "") for shown in self.said()[before:])

    async def ask(self, text: str) -> str:
        before = len(self.said())
        self.platform.send(self.who, {"text": text})
        return await self.answer(before)

    async def tap(self, label: str) -> str:
        """Press the newest button that says this."""
        before = len(self.said())
        for shown in reversed(self.said()):
            for row in (shown.markup or {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == label:
                        self.platform.tap(self.who, shown.id, button["callback_data"])
                        return await self.answer(before)
        raise AssertionError(f"no button says {label}: {self.said()[-1].markup}")


@pytest.fixture
def phone(client: httpx.AsyncClient, platform: Platform) -> Phone:
    """Somebody new."""
    return Phone(platform, 1000 + len(platform.people))


async def test_a_whole_talk_with_buttons(phone: Phone, platform: Platform) -> None:
    phone.platform.start(phone.who)
    assert await phone.answer(0)
    assert "渋谷店" in await phone.ask(ASK)
    held = await phone.tap("お取り置きする")
    assert "お名前" in held or "名" in held
    assert await phone.ask("ヤマダ ハナコ")
    agreed = await phone.tap("はい")
    assert "渋谷店" in agreed
    assert all(callback.answered for callback in platform.callbacks.values())
    answered = [c for c in platform.calls if c.method == "answerCallbackQuery"]
    assert len(answered) == len(platform.callbacks)
    assert {call.status for call in platform.calls} == {200}


async def test_an_old_button_is_answered_kindly(phone: Phone, platform: Platform) -> None:
    await phone.ask(ASK)
    await phone.tap("今はやめておく")
    assert await phone.tap("お取り置きする")
    assert all(callback.answered for callback in platform.callbacks.values())


async def test_the_menu_works_in_the_language_of_the_phone(
    client: httpx.AsyncClient, platform: Platform
) -> None:
    english = Phone(platform, 2001, "en")
    assert "counter" in (await english.ask("/help")).lower() or english.said()
    assert "point" in (await english.ask("/points")).lower()
    japanese = Phone(platform, 2002, "ja")
    assert "ポイント" in await japanese.ask("/points")


async def test_an_edited_message_is_heard_again(phone: Phone, platform: Platform) -> None:
    await phone.ask("ソラ スニーカーの26.5cmは渋谷店にありますか")
    before = len(phone.said())
    mine = next(shown for shown in phone.chat.messages if shown.author == "customer")
    platform.edit(phone.who, mine.id, ASK)
    assert "27" in await phone.answer(before)


async def test_an_update_delivered_again_is_answered_once(phone: Phone, platform: Platform) -> None:
    update = {
        "update_id": 5_000,
        "message": {
            "message_id": 1,
            "from": phone.who.as_user(),
            "chat": phone.chat.as_chat(),
            "date": 1_790_000_000,
            "text": "こんにちは",
        },
    }
    phone.chat.started = True
    for _ in range(3):
        platform.updates.repeat(phone.chat.id, update)
    await phone.answer(0)
    await platform.updates.settle()
    await phone.ask(POINTS)
    assert len([shown for shown in phone.said() if "いらっしゃい" in str(shown.content)]) <= 1
    assert len(phone.said()) == 2


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
    group = platform.chat(-700, "group", "家族")
    phone.chat = group
    platform.add_to(group, phone.who)
    await phone.answer(0)
    before = len(phone.said())
    platform.send(phone.who, {"text": "明日の夕飯は？"}, group)
    asked = platform.send(phone.who, {"text": f"@{platform.bot.username} {ASK}"}, group)
    assert "渋谷店" in await phone.answer(before)
    assert phone.said()[before].content["reply_to_message"]["message_id"] == asked.id
    platform.migrate(group, -1001234567890)
    platform.send(phone.who, {"text": f"@{platform.bot.username} {ASK}"}, group)
    moved = platform.chat(-1001234567890)
    await until(lambda: any("渋谷店" in str(shown.content) for shown in moved.messages))


@pytest.mark.parametrize("mode", ["rate limited", "down"])
async def test_nothing_is_lost_while_telegram_is_in_trouble(
    mode: str, phone: Phone, platform: Platform
) -> None:
    platform.faults.mode = mode  # type: ignore[assignment]
    before = len(platform.calls)
    platform.send(phone.who, {"text": "こんにちは"})
    platform.send(phone.who, {"text": ASK})
    await until(lambda: any(c.method == "sendMessage" for c in platform.calls[before:]))
    assert phone.said() == []
    platform.faults.mode = "well"
    await until(lambda: any("渋谷店" in str(shown.content) for shown in phone.said()))
    assert "渋谷店" in str(phone.said()[-1].content)


async def test_who_blocks_us_before_the_answer_is_left_in_peace(
    phone: Phone, platform: Platform
) -> None:
    await phone.ask(ASK)
    platform.send(phone.who, {"text": ASK})
    platform.block(phone.who)
    await platform.updates.settle()
    platform.unblock(phone.who)
    await until(lambda: not phone.chat.barred)
    assert "渋谷店" in await phone.ask(ASK)


async def test_the_same_talk_by_polling(tmp_path: Path, engine: Linear) -> None:
    platform = Platform(TOKEN)
    platform.updates.set_webhook(Webhook("http://127.0.0.1:1/nowhere"))
    phone = Phone(platform, 1001)
    platform.send(phone.who, {"text": ASK})
    async with counter(platform, tmp_path, engine, TELEGRAM_MODE="polling"):
        assert "渋谷店" in await phone.answer(0)
        assert await phone.tap("今はやめておく")
        await until(lambda: not platform.updates.pending)
    assert platform.updates.webhook is None
