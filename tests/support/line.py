"""A LINE of our own, over real HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import ROOT
from bot.nlu import Linear
from simulators.line import LineSimulator
from simulators.line.phone import Phone
from tests.support.real_app import serving
from tests.support.served import PATIENCE_SECONDS, a_port, served

SECRET = "the-channel-secret-of-the-tests"
TOKEN = "the-access-token-of-the-tests"


@asynccontextmanager
async def line_at(
    counter: str = "http://127.0.0.1:9", now: Callable[[], float] = time.time
) -> AsyncIterator[tuple[LineSimulator, str]]:
    """The platform while it runs, and its address."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        # How soon a counter answers is not asked here.
        monkeypatch.setattr("simulators.line.webhook.ANSWER_SECONDS", PATIENCE_SECONDS)
        simulator = LineSimulator(counter, secret=SECRET, access_token=TOKEN, now=now)
    with a_port() as (port, address):
        async with served(simulator.app, port):
            yield simulator, address


@asynccontextmanager
async def on_line(
    folder: Path, engine: Linear, monkeypatch: pytest.MonkeyPatch, **more: str
) -> AsyncIterator[tuple[LineSimulator, httpx.AsyncClient]]:
    """The app of the demo shop on LINE, with everything in `folder`: the platform, and a client.

    `more` are settings (`MADOGUCHI_*`) without the prefix.
    """
    async with line_at() as (simulator, base):
        settings: dict[str, Any] = {
            "BACKEND_DATA": str(ROOT / "backend" / "demo_shop"),
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_ACCESS_TOKEN": TOKEN,
            "LINE_API_BASE": base,
            "LINE_DATA_API_BASE": base,
            **more,
        }
        async with serving(folder, engine, monkeypatch, **settings) as client:
            simulator.webhook.address = str(client.base_url).rstrip("/")
            yield simulator, client


async def until(there: Callable[[], object]) -> None:
    """Return when it is there; fails when that takes too long."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not there():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def answered(phone: Phone, before: int) -> list[str]:
    """What the counter said beyond its first `before` messages."""
    await until(lambda: len(phone.said()) > before)
    return phone.said()[before:]


async def ask(phone: Phone, text: str) -> list[str]:
    """Write something, and what is answered."""
    before = len(phone.said())
    await phone.write(text)
    return await answered(phone, before)


async def tap(phone: Phone, label: str) -> list[str]:
    """Tap a button, and what is answered."""
    before = len(phone.said())
    await phone.tap_label(label)
    return await answered(phone, before)
