"""Telegram and the real app: what people write on their phones, and what they read there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.nlu import Linear
from simulators.telegram import Platform
from simulators.telegram.chats import Person
from simulators.telegram.updates import Webhook
from tests.support.real_app import serving
from tests.support.small_shop import ASK
from tests.support.telegram import SECRET, TOKEN, telegram, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def platform(
    tmp_path_factory: pytest.TempPathFactory, engine: Linear
) -> AsyncIterator[Platform]:
    """The platform, with a webhook of the app set."""
    platform = Platform(TOKEN, retry_seconds=0.05)
    folder = tmp_path_factory.mktemp("telegram")
    with pytest.MonkeyPatch.context() as monkeypatch:
        async with (
            telegram(platform) as base,
            serving(
                folder,
                engine,
                monkeypatch,
                TELEGRAM_TOKEN=TOKEN,
                TELEGRAM_SECRET=SECRET,
                TELEGRAM_API_BASE=base,
            ) as client,
        ):
            platform.updates.set_webhook(Webhook(f"{client.base_url}/webhooks/telegram", SECRET))
            yield platform


class Phone:
    """One customer's chat: writes, and waits for what is said to it."""

    def __init__(self, platform: Platform, id: int, language: str = "ja") -> None:
        self._platform = platform
        self.who: Person = platform.person(id, "客", language)
        self.chat = platform.private(self.who)

    def said(self) -> list[Any]:
        return [shown for shown in self.chat.messages if shown.author == "bot"]

    async def answer(self, before: int) -> list[Any]:
        await until(lambda: len(self.said()) > before)
        return self.said()[before:]

    async def ask(self, text: str) -> list[Any]:
        before = len(self.said())
        self._platform.send(self.who, {"text": text})
        return await self.answer(before)


async def test_a_question_is_answered(platform: Platform) -> None:
    phone = Phone(platform, 1001)
    answer = await phone.ask(ASK)
    assert "渋谷店" in "".join(shown.content["text"] for shown in answer)
