"""The way between a browser and the counter, with a proxy on it that buffers streams."""

from __future__ import annotations

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

STREAM = b"GET /webchat/events"
_CONNECTION = re.compile(rb"(?i)\r\nconnection:[^\r\n]*")


class Wire:
    """Passes every request on, one to a connection, but no byte of a stream's answer back.

    `shows_head` says whether the proxy sends the head of the answer on while it buffers the rest.
    """

    def __init__(self, server: str, *, shows_head: bool) -> None:
        self._host, self._port = urlsplit(server).hostname, urlsplit(server).port
        self._shows_head = shows_head
        self.streams = 0

    async def carry(self, browser: StreamReader, back: StreamWriter) -> None:
        """Serve one connection of the browser."""
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await browser.readuntil(b"\r\n\r\n")
            counter, forth = await asyncio.open_connection(self._host, self._port)
            forth.write(_CONNECTION.sub(b"", head[:-4]) + b"\r\nConnection: close\r\n\r\n")
            upward = asyncio.create_task(_pump(browser, forth))
            if head.startswith(STREAM):
                await self._hold_back(counter, back)
            await _pump(counter, back)
            upward.cancel()
            forth.close()
        back.close()

    async def _hold_back(self, counter: StreamReader, back: StreamWriter) -> None:
        self.streams += 1
        answer = await counter.readuntil(b"\r\n\r\n")
        if self._shows_head:
            back.write(answer)
        while await counter.read(65536):
            pass


async def _pump(source: StreamReader, sink: StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await source.read(65536):
            sink.write(chunk)
            await sink.drain()


@asynccontextmanager
async def buffering(server: str, *, shows_head: bool) -> AsyncIterator[tuple[str, Wire]]:
    """The address of such a proxy before `server`, and the proxy."""
    wire = Wire(server, shows_head=shows_head)
    running: set[asyncio.Task[None]] = set()

    async def carry(browser: StreamReader, back: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await wire.carry(browser, back)
        finally:
            running.discard(task)

    proxy = await asyncio.start_server(carry, "127.0.0.1", 0)
    host, port = proxy.sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}", wire
    finally:
        proxy.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
