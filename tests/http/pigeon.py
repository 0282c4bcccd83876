"""A platform of the tests that signs its calls."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.channel import Abilities, Counter, Envelope, Failed, Fetched, Finding, Profile, Sent
from bot.errors import BadPayload, MediaRefused
from bot.messages import Account
from bot.messages.inbound import Inbound, Text

KEY = b"the platform's key"
SENT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


def signature(body: bytes) -> str:
    return hmac.new(KEY, body, hashlib.sha256).hexdigest()


class Pigeon:
    """A platform whose calls are lists of `{"id", "from", "text"}`, signed."""

    name = "pigeon"
    abilities = Abilities(100, 3, 20, 0, frozenset())

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        given = headers.get("x-signature", "").encode()
        return hmac.compare_digest(given, signature(body).encode())

    def read(self, body: bytes) -> Sequence[Inbound]:
        try:
            return [
                Text(
                    id=str(letter["id"]),
                    account=Account("pigeon", str(letter["from"])),
                    at=SENT,
                    text=str(letter["text"]),
                )
                for letter in json.loads(body)
            ]
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            raise BadPayload("not pigeon post") from error

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Sent | Failed]:
        return [Sent(envelope.key) for envelope in batch]

    async def typing(self, message: Inbound) -> None:
        await asyncio.sleep(0)

    async def writing(self, account: Account, name: str) -> None:
        await asyncio.sleep(0)

    async def profile(self, account: Account) -> Profile | None:
        return None

    async def fetch_media(self, ref: str, *, largest: int) -> Fetched:
        raise MediaRefused("pigeons carry words")

    async def check(self) -> Sequence[Finding]:
        return ()

    async def setup(self) -> Sequence[Finding]:
        return ()

    async def invitation(self, code: str) -> str | None:
        return None

    async def close(self) -> None:
        return None

    async def account_link(self, account: Account) -> str | None:
        return None

    def routes(self, counter: Counter) -> Sequence[Any]:
        async def loft(request: Request) -> PlainTextResponse:
            return PlainTextResponse(await request.body())

        async def storm(request: Request) -> PlainTextResponse:
            raise RuntimeError("lost in a storm")

        return [Route("/pigeon", loft, methods=["POST"]), Route("/storm", storm)]

    async def run(self, counter: Counter) -> None:
        await asyncio.sleep(0)


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://counter.example")
