"""The real app, in this process but over the wire, with a small shop behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

import bot.embedding
import bot.main
import bot.serving
from bot.clock import SystemClock
from bot.config import ROOT, Settings, load
from bot.nlu import Linear
from bot.shop import connect
from tests.support.served import PATIENCE_SECONDS, a_port, served
from tests.support.small_shop import TUESDAY_NOON, write_small_shop

IDENTITY_KEY = "the key of the shop, long enough for HS256"


class MovableClock(SystemClock):
    """Real time that a test can move on, for everything that waits for it."""

    ahead = timedelta()

    def real(self) -> object:  # type: ignore[override]
        return super().real() + MovableClock.ahead


class Moody(httpx.AsyncBaseTransport):
    """The way to the backend. In a `mood` it misbehaves, `lost` answers do not come back."""

    mood = "well"
    lost = 0
    calls: list[str]

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        Moody.calls = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        Moody.calls.append(request.url.path)
        match Moody.mood:
            case "gone":
                raise httpx.ConnectError("refused", request=request)
            case "hanging":
                await asyncio.Event().wait()
            case "failing":
                return httpx.Response(500, text="oops", request=request)
            case "malformed":
                return httpx.Response(200, text='{"items": [', request=request)
            case "another shape":
                return httpx.Response(200, json={"colour": 5, "items": "many"}, request=request)
        response = await self._inner.handle_async_request(request)
        if Moody.lost and "idempotency-key" in request.headers:
            Moody.lost -= 1
            raise httpx.ReadError("the line is dead", request=request)
        return response


Opening = Callable[[Settings, str], AbstractAsyncContextManager[Any]]
"""Opens an app that will be reached at an address."""


def opening_of_serve(settings: Settings, address: str) -> AbstractAsyncContextManager[Any]:
    """As `madoguchi serve` does."""
    return bot.serving.open_app(settings)


@asynccontextmanager
async def serving(
    folder: Path,
    engine: Linear,
    monkeypatch: pytest.MonkeyPatch,
    opening: Opening = opening_of_serve,
    **more: str,
) -> AsyncIterator[httpx.AsyncClient]:
    """The app with everything in `folder`; a client that knows its address.

    `opening` opens it; `more` are settings (`MADOGUCHI_*`) without the prefix.
    """
    given = {
        "SECRET_KEY": "a key for this test",
        "DATABASE_URL": f"sqlite:///{folder / 'counter.db'}",
        "BACKEND_DATABASE_URL": f"sqlite:///{folder / 'backend.db'}",
        "BACKEND_DATA": str(write_small_shop(folder / "shop")),
        "CODE_SINK": f"file:{folder / 'codes.jsonl'}",
        "WEBCHAT_IDENTITY_KEY": IDENTITY_KEY,
        "LIMITS": "off",
        "CLOCK": TUESDAY_NOON,
        **more,
    }
    settings = load({f"MADOGUCHI_{k}": v for k, v in given.items()}, ROOT / "config.yml")

    def moodily(url: str, token: str, way: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
        return connect(url, token, Moody(way))

    monkeypatch.setattr(Moody, "mood", "well")
    monkeypatch.setattr(MovableClock, "ahead", timedelta())
    monkeypatch.setattr(bot.main, "load_nlu", lambda: engine)
    monkeypatch.setattr(bot.main, "SystemClock", MovableClock)
    monkeypatch.setattr(bot.embedding, "connect", moodily)
    monkeypatch.setattr(bot.serving, "REGISTRY", CollectorRegistry())
    with a_port() as (port, address):
        async with (
            opening(settings, address) as app,
            served(app, port),
            httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client,
        ):
            yield client
