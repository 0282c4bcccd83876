"""Staff who work at the desk of a running app, over HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher

from bot.clock import SystemClock
from bot.desk.passwords import Passwords
from bot.desk.roster import NewAgent, Roster
from bot.ports import Role
from bot.storage import StorageSettings, open_storage
from tests.support.served import PATIENCE_SECONDS

PASSWORD = "correct horse battery"


async def hire(
    folder: Path,
    name: str,
    role: Role = "agent",
    *,
    email: str | None = None,
    store: str | None = None,
    languages: tuple[str, ...] = (),
    topics: tuple[str, ...] = (),
    file: str = "counter.db",
) -> str:
    """Somebody works here from now on; their e-mail. `file` is the counter's database."""
    settings = StorageSettings("unused", frozenset(), ("ja", "en"))
    url = f"sqlite+aiosqlite:///{folder / file}"
    passwords = Passwords()
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    email = email or f"{name.lower()}@shop.example"
    async with open_storage(url, SystemClock(None), settings) as storage:
        roster = Roster(storage.agents, storage.desk_audit, passwords, ("ja", "en"))
        new = NewAgent(email, name, role, store, languages, topics)
        await roster.add(new, PASSWORD)
    return email


class Staff:
    """One staff member's browser."""

    def __init__(self, browser: httpx.AsyncClient, email: str) -> None:
        self.browser = browser
        self.email = email
        self.id = ""

    async def logs_in(self) -> None:
        credentials = {"email": self.email, "password": PASSWORD}
        answer = await self.browser.post("/desk/api/login", json=credentials)
        answer.raise_for_status()
        self.browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
        self.id = (await self.get("me"))["id"]

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.browser.get(f"/desk/api/{path}", params=params)
        answer.raise_for_status()
        return answer.json()

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.browser.post(f"/desk/api/{path}", json=body)

    async def does(self, action: str, conversation_id: str, **body: Any) -> dict[str, Any]:
        """Something with a conversation that works."""
        answer = await self.post(f"conversations/{conversation_id}/{action}", body or None)
        assert answer.status_code < 300, answer.text
        done: dict[str, Any] = answer.json() if answer.content else {}
        return done

    async def sees(self, conversation_id: str) -> dict[str, Any]:
        talk: dict[str, Any] = await self.get(f"conversations/{conversation_id}")
        return talk

    async def said(self, conversation_id: str) -> list[tuple[str, str]]:
        """Who said what."""
        items = (await self.sees(conversation_id))["items"]
        return [(item["author"], item.get("text", "")) for item in items]

    async def queue(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.get("queue"))["items"]
        return items

    async def waits_for(self, reason: str, seen: set[str]) -> dict[str, Any]:
        """The row of somebody new in the queue."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            for row in await self.queue():
                if row["reason"] == reason and row["conversation_id"] not in seen:
                    return row
            await asyncio.sleep(0.02)
        raise AssertionError(f"nobody came for {reason}")

    @asynccontextmanager
    async def watching(self, after: str | None = None) -> AsyncIterator[Signals]:
        """The stream of what changes."""
        headers = {"Last-Event-ID": after} if after else {}
        url, patience = "/desk/api/events", httpx.Timeout(PATIENCE_SECONDS)
        async with self.browser.stream("GET", url, headers=headers, timeout=patience) as stream:
            assert stream.status_code == 200
            lines = stream.aiter_lines()
            assert await anext(lines) == ": open"
            yield Signals(lines)


class Signals:
    """Server-sent events, read one after the other."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.last_id: str | None = None

    async def next(self, kind: str, conversation_id: str | None = None) -> dict[str, Any]:
        """The next one of a kind, about one conversation or any."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            named = ""
            async for line in self._lines:
                field, _, value = line.partition(": ")
                if field == "id":
                    self.last_id = value
                elif field == "event":
                    named = value
                elif field == "data":
                    data: dict[str, Any] = json.loads(value)
                    about = data.get("conversation_id")
                    if named == kind and conversation_id in (about, None):
                        return data
        raise AssertionError("the stream ended")
