"""Servers within this process, over the wire."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

PATIENCE_SECONDS = 90.0
"""How long anything may take on a machine that has much else to do."""


@contextmanager
def a_port() -> Iterator[tuple[socket.socket, str]]:
    """A port that nobody else is given from now on, and its address: nobody listens there yet."""
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        yield port, f"http://127.0.0.1:{port.getsockname()[1]}"


@asynccontextmanager
async def served(app: ASGIApp, port: socket.socket) -> AsyncIterator[None]:
    """While the app answers there."""
    config = uvicorn.Config(app, ws="none", log_level="critical", timeout_graceful_shutdown=1)
    server = _Server(config)
    running = asyncio.create_task(server.serve([port]))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await server.listening.wait()
        yield
    finally:
        server.should_exit = True
        await running


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()
