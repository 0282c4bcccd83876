"""Customers who write over the web chat's HTTP, without a browser of their own."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.browser.chromium import PATIENCE_SECONDS
from tests.browser.widget import until

ASK_FOR_A_PERSON = {"ja": "担当者と話したいです", "en": "I want to talk to a person"}


class Customer:
    """One visitor's web chat session."""

    def __init__(self, client: httpx.AsyncClient, language: str) -> None:
        self._client = client
        self._language = language
        self._ids = itertools.count(1)

    async def begin(self, identity: str | None = None) -> None:
        """Open a session; `identity` is the shop's word for who this is."""
        wish = {"locale": self._language} | ({"identity": identity} if identity else {})
        answer = await self._client.post("/webchat/sessions", json=wish)
        answer.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    async def identify(self, identity: str) -> None:
        """The shop says who this is."""
        answer = await self._client.post("/webchat/identify", json={"identity": identity})
        answer.raise_for_status()

    async def say(self, text: str) -> None:
        message = {"client_id": f"c{next(self._ids)}", "text": text}
        (await self._client.post("/webchat/messages", json=message)).raise_for_status()

    async def ask_for_a_person(self) -> None:
        """Say so, and be told about it."""
        await self.say(ASK_FOR_A_PERSON[self._language])
        await self.hears("担当者" if self._language == "ja" else "request")

    async def timeline(self) -> list[dict[str, Any]]:
        answer = await self._client.get("/webchat/messages", params={"wait": 0})
        answer.raise_for_status()
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def hears(self, *words: str) -> dict[str, Any]:
        """Wait for an answer with all of these words; the newest such."""

        async def look() -> dict[str, Any] | None:
            items = [item for item in await self.timeline() if item["author"] != "customer"]
            heard = [item for item in items if all(word in str(item) for word in words)]
            return heard[-1] if heard else None

        return await until(look, self.timeline)


@asynccontextmanager
async def customer(
    server: str, language: str = "ja", *, identity: str | None = None
) -> AsyncIterator[Customer]:
    """A customer of that counter who has not written yet."""
    async with httpx.AsyncClient(base_url=server, timeout=PATIENCE_SECONDS) as client:
        come = Customer(client, language)
        await come.begin(identity)
        yield come
