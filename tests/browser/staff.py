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

    async def say(self, chat: Widget, *contents: Outbound, name: str = NAME) -> None:
        """A person's words, or cards and pictures."""
        await self._enter(chat, [Entry("agent", _now(), each, name=name) for each in contents])

    async def note(self, chat: Widget, *contents: Outbound) -> None:
        """What is told when the talk changes hands."""
        await self._enter(chat, [Entry("system", _now(), each) for each in contents])

    async def counter(self, chat: Widget, *contents: Outbound) -> None:
        """What the counter says by itself."""
        await self._enter(chat, [Entry("bot", _now(), each) for each in contents])

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


def _now() -> datetime:
    return datetime.now(UTC)
