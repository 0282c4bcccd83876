"""A running app with people at its desk, and customers who write on the web."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import jwt
import pytest

from bot.clock import SystemClock
from bot.nlu import Linear
from bot.ports import AuditEntry
from bot.storage import StorageSettings, open_storage
from tests.support.browser import Browser
from tests.support.real_app import IDENTITY_KEY, serving
from tests.support.served import PATIENCE_SECONDS
from tests.support.staff import Staff, hire

PERSON = "担当者と話したいです"
KEPT = StorageSettings("unused", frozenset(), ("ja", "en"))
T = TypeVar("T")


class Shop:
    """The app, and who works in it."""

    def __init__(self, app: httpx.AsyncClient, folder: Path) -> None:
        self.app = app
        self.folder = folder
        self.browsers: list[httpx.AsyncClient] = []
        self.seen: set[str] = set()

    async def staff(self, email: str) -> Staff:
        browser = httpx.AsyncClient(base_url=self.app.base_url, timeout=PATIENCE_SECONDS)
        self.browsers.append(browser)
        staff = Staff(browser, email)
        await staff.logs_in()
        return staff

    async def customer(self, member: str | None = None) -> Browser:
        """Somebody on the shop's page, where it knows which member that is if they say so."""
        customer = Browser(self.app)
        await customer.open(**({"identity": identity(member)} if member else {}))
        return customer

    async def somebody(
        self, staff: Staff, words: str = PERSON, member: str | None = None
    ) -> tuple[Browser, str]:
        """A customer who asks for a person, and the conversation's id."""
        customer = await self.customer(member)
        return customer, await self.asks_for_a_person(customer, staff, words)

    async def asks_for_a_person(self, customer: Browser, staff: Staff, words: str = PERSON) -> str:
        """The conversation's id."""
        await customer.ask(words)
        row = await staff.waits_for("asked_for", self.seen)
        self.seen.add(row["conversation_id"])
        return str(row["conversation_id"])

    async def audit(self) -> Sequence[AuditEntry]:
        """The latest lines of the audit log, latest first."""
        url = f"sqlite+aiosqlite:///{self.folder / 'counter.db'}"
        async with open_storage(url, SystemClock(None), KEPT) as storage:
            return await storage.desk_audit.entries(before=None, limit=20)

    async def close(self) -> None:
        for browser in self.browsers:
            await browser.aclose()


def identity(member: str) -> str:
    """The shop's word for who is logged in on its page."""
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    return jwt.encode({"sub": member, "exp": expires_at}, IDENTITY_KEY, "HS256")


async def until(there: Callable[[], Awaitable[T]]) -> T:
    """What an asynchronous look finds, once it finds something."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (found := await there()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return found


@asynccontextmanager
async def desk_with_staff(folder: Path, engine: Linear, **more: str) -> AsyncIterator[Shop]:
    """The app on a Tuesday at noon, with a staff member, a supervisor and a store.

    `more` are settings (`MADOGUCHI_*`) without the prefix.
    """
    with pytest.MonkeyPatch.context() as monkeypatch:
        async with serving(folder, engine, monkeypatch, **more) as app:
            shop = Shop(app, folder)
            await hire(folder, "佐藤", email="sato@shop.example")
            await hire(folder, "鈴木", "supervisor", email="suzuki@shop.example")
            await hire(folder, "渋谷店", "store", email="shibuya@shop.example", store="S1")
            yield shop
            await shop.close()
