"""The way between a browser and the counter, with a proxy on it that buffers streams."""

from __future__ import annotations

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

STREAM = b"GET /webchat/events"
_END = b"\r\n\r\n"
_CONNECTION = re.compile(rb"(?i)\r\nconnection:[^\r\n]*")


class Wire:
    """Passes every request on, one to a connection, but no event of a stream back.

    `shows_head` says whether the head of a stream's answer is passed on, or held like the rest.
    """

    def __init__(self, server: str, *, shows_head: bool) -> None:
        self._host, self._port = urlsplit(server).hostname, urlsplit(server).port
        self._shows_head = shows_head
        self._running: set[asyncio.Task[None]] = set()
        self.streams = 0

    async def carry(self, browser: StreamReader, back: StreamWriter) -> None:
        """Serve one connection of the browser."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        # Who goes away in the middle, and the end of the test, are nobody's fault.
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            async with _closed(back):
                await self._pass_on(browser, back)
        self._running.discard(task)

    async def _pass_on(self, browser: StreamReader, back: StreamWriter) -> None:
        head = await browser.readuntil(_END)
        counter, forth = await asyncio.open_connection(self._host, self._port)
        async with _closed(forth):
            forth.write(_CONNECTION.sub(b"", head[: -len(_END)]) + b"\r\nConnection: close" + _END)
            upward = asyncio.create_task(_pump(browser, forth))
            try:
                if head.startswith(STREAM):
                    await self._hold_back(counter, back)
                await _pump(counter, back)
            finally:
                upward.cancel()
                await asyncio.gather(upward, return_exceptions=True)

    async def _hold_back(self, counter: StreamReader, back: StreamWriter) -> None:
        self.streams += 1
        answer = await counter.readuntil(_END)
        if self._shows_head:
            back.write(answer)
        while await counter.read(65536):
            pass

    async def close(self) -> None:
        """End what still runs."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


async def _pump(source: StreamReader, sink: StreamWriter) -> None:
    while chunk := await source.read(65536):
        sink.write(chunk)
        await sink.drain()


@asynccontextmanager
async def _closed(writer: StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def buffering(server: str, *, shows_head: bool) -> AsyncIterator[tuple[str, Wire]]:
    """The address of such a proxy before `server`, and the proxy."""
    wire = Wire(server, shows_head=shows_head)
    proxy = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    host, port = proxy.sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}", wire
    finally:
        proxy.close()
        await wire.close()
