"""The platforms while they run: each on a loopback port, with secrets made up for this once."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from types import MappingProxyType

import httpx
import uvicorn
from starlette.applications import Starlette

from simulators import telegram
from simulators.line import LineSimulator
from simulators.telegram.chats import Person

CUSTOMER = "デモのお客さま"
MEMBERS_NUMBER = "819000001001"
"""In every phone: that of a member of the demo shop, who is known by sharing it."""


@dataclass(frozen=True)
class Simulated:
    """One platform: `new_phone` makes one that speaks a language; its owner's id there.

    `settings` are what an operator would set for this channel, by their names.
    """

    app: Starlette
    settings: Mapping[str, str]
    new_phone: Callable[[str], str]


@dataclass(frozen=True)
class Platform:
    """A platform that runs: `base` is its address, `http` reaches the phones."""

    base: str
    simulated: Simulated
    http: httpx.AsyncClient


Platforms = Mapping[str, Platform]
"""By the name of the channel."""


@asynccontextmanager
async def open_platforms(counter: str, wanted: Collection[str]) -> AsyncIterator[Platforms]:
    """Run the platforms of these channels, for the counter at `scheme://host:port`."""
    opened: dict[str, Platform] = {}
    async with AsyncExitStack() as stack:
        for name in wanted:
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            base = f"http://127.0.0.1:{listening.getsockname()[1]}"
            simulated = _MAKERS[name](counter, base)
            await stack.enter_async_context(_served(simulated.app, listening))
            way = httpx.ASGITransport(simulated.app)
            http = await stack.enter_async_context(httpx.AsyncClient(transport=way, base_url=base))
            opened[name] = Platform(base, simulated, http)
        yield opened


def _line(counter: str, base: str) -> Simulated:
    secret, token = secrets.token_hex(16), secrets.token_urlsafe(48)
    simulator = LineSimulator(counter, secret=secret, access_token=token)

    def new_phone(language: str) -> str:
        chat = simulator.phone("U" + secrets.token_hex(16)).chat
        chat.name, chat.language = CUSTOMER, language
        return chat.id

    settings = {
        "line_channel_secret": secret,
        "line_access_token": token,
        "line_api_base": base,
        "line_data_api_base": base,
    }
    return Simulated(simulator.app, settings, new_phone)


def _telegram(counter: str, base: str) -> Simulated:
    token = f"{secrets.randbelow(9 * 10**9) + 10**9}:{secrets.token_urlsafe(26)}"
    platform = telegram.Platform(token)

    def new_phone(language: str) -> str:
        owner = Person(10**9 + secrets.randbelow(9 * 10**9), CUSTOMER, language, MEMBERS_NUMBER)
        platform.people[owner.id] = owner
        return str(owner.id)

    settings = {"telegram_token": token, "telegram_api_base": base}
    return Simulated(telegram.create_app(platform), settings, new_phone)


_MAKERS = MappingProxyType({"line": _line, "telegram": _telegram})


@asynccontextmanager
async def _served(app: Starlette, listening: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, ws="none", timeout_graceful_shutdown=1
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await running


class _Server(uvicorn.Server):
    """Stops when it is told to; signals are for the server beside which it runs."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
