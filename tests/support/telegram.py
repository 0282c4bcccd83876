"""A Telegram of our own, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from simulators.telegram import Fault, Platform, create_app
from simulators.telegram.chats import Chat, Person, Shown
from simulators.telegram.phone import photo
from simulators.telegram.updates import Webhook
from tests.support.served import PATIENCE_SECONDS, a_port, served

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


@asynccontextmanager
async def telegram(platform: Platform) -> AsyncIterator[str]:
    """The platform while it runs; its address."""
    with a_port() as (port, address):
        async with served(create_app(platform), port):
            try:
                yield address
            finally:
                await platform.close()


async def until(there: Callable[[], object]) -> None:
    """Return when it is there; fails when that takes too long."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not there():  # noqa: ASYNC110 - what happens elsewhere rings no bell here
            await asyncio.sleep(0.01)
