"""A Telegram of our own with one customer, and the channel that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from bot.channel import Envelope
from bot.messages import Account
from bot.messages.outbound import Outbound, Text
from connectors.telegram import Telegram, TelegramSettings
from connectors.telegram.lease import metadata
from tests.support.telegram import SECRET, TOKEN, Chat, Person, Platform, telegram

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


class OneDatabase:
    """A database in memory."""

    def __init__(self) -> None:
        self._engine = create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        metadata.create_all(self._engine)

    async def write(self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        self._engine.dispose()


@pytest.fixture
async def database() -> AsyncIterator[OneDatabase]:
    opened = OneDatabase()
    yield opened
    opened.close()


@pytest.fixture
def platform() -> Platform:
    return Platform(TOKEN, retry_seconds=0.02)


@pytest.fixture
async def base(platform: Platform) -> AsyncIterator[str]:
    """Where the platform is."""
    async with telegram(platform) as address:
        yield address


MakeChannel = Callable[..., Telegram]


@pytest.fixture
async def make(base: str, database: OneDatabase) -> AsyncIterator[MakeChannel]:
    """Channels of one bot, as several processes would have them; put away afterwards."""
    made = []

    def another(**settings: Any) -> Telegram:
        given = {"token": TOKEN, "secret": SECRET, "base": base, "paced": False, **settings}
        clock = given.pop("now", lambda: datetime.now(UTC))
        channel = Telegram(TelegramSettings(**given), database=database, now=clock)
        made.append(channel)
        return channel

    yield another
    for channel in made:
        await channel.close()


@pytest.fixture
def channel(make: MakeChannel) -> Telegram:
    return make()


@pytest.fixture
def mori(platform: Platform) -> Person:
    return platform.person(1001, "森 花子")


@pytest.fixture
def chat(platform: Platform, mori: Person) -> Chat:
    """Mori's chat, where the bot may write."""
    opened = platform.private(mori)
    opened.started = True
    return opened


def envelope(
    content: Outbound | str, *, to: Chat | int | str, key: str = "k1", **more: Any
) -> Envelope:
    shown = Text(content) if isinstance(content, str) else content
    user = str(to.id) if isinstance(to, Chat) else str(to)
    given = {"author": "bot", "at": NOW, **more}
    return Envelope(key=key, account=Account("telegram", user), content=shown, **given)


def texts(chat: Chat) -> list[str]:
    return [shown.content.get("text", "") for shown in chat.messages]
