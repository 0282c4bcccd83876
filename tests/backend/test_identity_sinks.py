"""One-time codes leave by mail or through a gateway, without anybody waiting for the network."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

from backend.customers.code_sink import SentCode, code_sink

SENT = SentCode("hanako@example.com", "email", "123456", "2026-11-21T12:00:00+09:00")
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on a free port of this machine."""

    async def hang_up_after(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talk(reader, writer)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(hang_up_after, "127.0.0.1", 0, ssl=tls) as server:
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
            in_text = said == "DATA"
            writer.write(b"354 go on\r\n" if in_text else b"250 fine\r\n")
            if said == "QUIT":
                return

    return talk


def certificate(path: Path) -> Path:
    """A new certificate and its key for this machine, signed by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(signed.public_bytes(Encoding.PEM) + secret)
    return path


async def test_a_mail_server_gets_the_code_and_only_mail_is_offered() -> None:
    mail: list[str] = []
    async with listening(mail_server(mail)) as port:
        sink = code_sink(f"smtp://127.0.0.1:{port}?from=shop%40example.com")
        assert sink.kinds == {"email"}
        await sink.send(SENT)
        await sink.close()
    assert "mail FROM:<shop@example.com>" in [line.split(" size=")[0] for line in mail]
    assert "rcpt TO:<hanako@example.com>" in mail


async def test_a_mail_server_behind_tls_gets_the_code_only_if_it_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail: list[str] = []
    own = certificate(tmp_path / "own.pem")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(own)
    async with listening(mail_server(mail), tls) as port:
        sink = code_sink(f"smtps://127.0.0.1:{port}")
        with capture_logs() as logs:
            await sink.send(SENT)
            await sink.close()
        assert [entry["fault"] for entry in logs] == ["SSLCertVerificationError"]
        assert mail == []
        monkeypatch.setenv("SSL_CERT_FILE", str(own))
        await sink.send(SENT)
        await sink.close()
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
