"""A page of the shop with the web chat open, for as long as its server lives or comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

PATIENCE_SECONDS = 180.0
"""Longer than a server takes to come back on a machine that has much else to do."""


class Browser:
    """Writes and reads as the widget does: what was not acknowledged is sent again."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._sent = 0
        self._cursor = ""
        self.items: list[dict[str, Any]] = []

    async def open(self, **wish: str) -> None:
        opened = await self._until(lambda: self._client.post("/webchat/sessions", json=wish), 201)
        self.headers = {"Authorization": f"Bearer {opened.json()['token']}"}

    async def post(self, **content: Any) -> None:
        """Send a message until it is taken in."""
        self._sent += 1
        body = {"client_id": str(self._sent), **content}
        await self._until(
            lambda: self._client.post("/webchat/messages", json=body, headers=self.headers), 202
        )

    async def answers(self, count: int) -> list[str]:
        """Read until the counter has said that much in all."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.said("bot")) < count:
                await self.read(wait="5")
        return self.said("bot")

    async def read(self, wait: str = "0") -> None:
        """Read on from where we are."""
        where = {"after": self._cursor, "wait": wait}
        answer = await self._until(
            lambda: self._client.get("/webchat/messages", params=where, headers=self.headers), 200
        )
        self._cursor = answer.json()["cursor"]
        self.items += answer.json()["items"]

    async def reads(self, words: str) -> list[dict[str, Any]]:
        """Read until somebody has said these words; all there is then."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not any(words in item.get("text", "") for item in self.items):
                await self.read(wait="5")
        return self.items

    async def ask(self, text: str) -> list[dict[str, Any]]:
        """Write, and what is said to it: one turn appears together."""
        before = len(self.said("bot"))
        await self.post(text=text)
        return await self._answer(before)

    async def tap(self, label: int) -> list[dict[str, Any]]:
        """Press the button of this number, as it was last shown."""
        before = len(self.said("bot"))
        await self.post(tap=self.items[-1]["choices"][label]["tap"])
        return await self._answer(before)

    async def _answer(self, before: int) -> list[dict[str, Any]]:
        await self.answers(before + 1)
        return [item for item in self.items if item["author"] == "bot"][before:]

    def said(self, author: str) -> list[str]:
        return [item.get("text", "") for item in self.items if item["author"] == author]

    async def _until(
        self, request: Callable[[], Awaitable[httpx.Response]], status: int
    ) -> httpx.Response:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    response = await request()
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                    continue
                if response.status_code < 500:
                    assert response.status_code == status, response.text
                    return response
                await asyncio.sleep(0.05)
