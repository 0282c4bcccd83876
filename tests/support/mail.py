"""Servers of a few lines for what is sent out: anything that listens, and a mail server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Talk) -> AsyncIterator[int]:
    """A server on a free port of this machine."""

    async def hang_up_after(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talk(reader, writer)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(hang_up_after, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def mail_server(mail: list[str]) -> Talk:
    """A mail server that notes all it is told."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        in_text = False
        async for raw in reader:
            said = raw.decode().strip()
            mail.append(said)
            if in_text and said != ".":
                continue
            in_text = said == "DATA" or said == "data"
            writer.write(b"354 go on\r\n" if in_text else b"250 fine\r\n")
            if said.upper() == "QUIT":
                return

    return talk
