"""Staff who have a visitor's talk: what they say stands on the visitor's timeline."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.messages import Account
from bot.messages.outbound import Outbound
from bot.storage.accounts import Entry, append
from bot.storage.database import Database, connect
from connectors.webchat import SqlSessions
from tests.browser.widget import Widget
from tests.support.server import Server

NAME = "佐藤"


class Staff:
    """Writes to the database beside the server, which looks there again by itself."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, chat: Widget, told: Outbound, *contents: Outbound) -> None:
        """It is told that the talk changes hands, and a person writes."""
        await self._enter(chat, [_told(told), *map(_said, contents)])

    async def say(self, chat: Widget, *contents: Outbound) -> None:
        """A person's words, or cards and pictures."""
        await self._enter(chat, [*map(_said, contents)])

    async def hand_back(self, chat: Widget, told: Outbound, *contents: Outbound) -> None:
        """It is told that the talk changes hands, and the counter goes on."""
        await self._enter(chat, [_told(told), *map(_answered, contents)])

    async def counter(self, chat: Widget, *contents: Outbound) -> None:
        """What the counter says by itself."""
        await self._enter(chat, [*map(_answered, contents)])

    async def _enter(self, chat: Widget, entries: list[Entry]) -> None:
        account = await self._account(chat)
        entered = await self._database.write(lambda c: append(c, account, entries))
        assert entered is not None, "nothing was said on this page yet"

    async def _account(self, chat: Widget) -> Account:
        token = await chat.page.evaluate("JSON.parse(localStorage.madoguchi).token")
        found = await SqlSessions(self._database).find(hashlib.sha256(token.encode()).hexdigest())
        assert found is not None
        return Account("webchat", found.user)


@asynccontextmanager
async def staff_of(counter: Server) -> AsyncIterator[Staff]:
    """The staff of this server, which keeps its talks in SQLite."""
    database = connect(f"sqlite+aiosqlite:///{counter.folder / 'var' / 'madoguchi.db'}")
    try:
        yield Staff(database)
    finally:
        await database.close()


def _told(content: Outbound) -> Entry:
    return Entry("system", datetime.now(UTC), content)


def _said(content: Outbound) -> Entry:
    return Entry("agent", datetime.now(UTC), content, name=NAME)


def _answered(content: Outbound) -> Entry:
    return Entry("bot", datetime.now(UTC), content)
