"""One-time codes leave by mail or through a gateway, without anybody waiting for the network."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from structlog.testing import capture_logs

from backend.customers.code_sink import SentCode, code_sink

SENT = SentCode("hanako@example.com", "email", "123456", "2026-11-21T12:00:00+09:00")
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


async def test_a_gateway_gets_the_code_as_json() -> None:
    received: list[dict[str, str]] = []

    async def gateway(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        received.append(json.loads(await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()

    async with listening(gateway) as port:
        sink = code_sink(f"http://127.0.0.1:{port}/codes")
        await sink.send(SENT)
        assert received == []
        await sink.close()
    assert received == [
        {"to": SENT.to, "kind": "email", "code": "123456", "at": "2026-11-21T12:00:00+09:00"}
    ]


async def test_a_mail_server_gets_the_code_and_only_mail_is_offered() -> None:
    mail: list[str] = []

    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        in_text = False
        async for raw in reader:
            said = raw.decode().strip()
            mail.append(said)
            if in_text and said != ".":
                continue
            in_text = said == "DATA"
            writer.write(b"354 go on\r\n" if in_text else b"250 fine\r\n")
            if said == "QUIT":
                return

    async with listening(server) as port:
        sink = code_sink(f"smtp://127.0.0.1:{port}?from=shop%40example.com")
        assert sink.kinds == {"email"}
        await sink.send(SENT)
        await sink.close()
    assert "mail FROM:<shop@example.com>" in [line.split(" size=")[0] for line in mail]
    assert "rcpt TO:<hanako@example.com>" in mail


async def test_a_gateway_that_is_down_is_told_to_the_operator_without_any_person() -> None:
    async with listening(lambda *_: asyncio.sleep(0)) as port:
        pass
    sink = code_sink(f"http://127.0.0.1:{port}/codes")
    with capture_logs() as logs:
        await sink.send(SENT)
        await sink.close()
    (entry,) = logs
    assert entry["event"] == "one-time code not delivered"
    assert SENT.to not in str(entry)
    assert SENT.code not in str(entry)
