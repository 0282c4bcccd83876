"""A Telegram of our own, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn

from simulators.telegram import Fault, Platform, create_app
from simulators.telegram.chats import Chat, Person, Shown
from simulators.telegram.phone import photo
from simulators.telegram.updates import Webhook
from tests.support.real_app import Listening
from tests.support.server import free_port

__all__ = [
    "SECRET",
    "TOKEN",
    "Chat",
    "Fault",
    "Person",
    "Platform",
    "Shown",
    "Webhook",
    "photo",
    "telegram",
    "until",
]

TOKEN = "4242:the-token-of-the-tests"
SECRET = "a-secret_of-the-tests"
PATIENCE_SECONDS = 30.0


@asynccontextmanager
async def telegram(platform: Platform) -> AsyncIterator[str]:
    """The platform while it runs; its address."""
    port = free_port()
    config = uvicorn.Config(
        create_app(platform), port=port, log_level="critical", timeout_graceful_shutdown=1
    )
    server = Listening(config)
    running = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            await server.listening.wait()
        yield f"http://127.0.0.1:{port}"
    finally:
        await platform.close()
        server.should_exit = True
        await running


async def until(there: Callable[[], object]) -> None:
    """Return when it is there; fails when that takes too long."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not there():  # noqa: ASYNC110 - what happens elsewhere rings no bell here
            await asyncio.sleep(0.01)
