"""Where one-time codes leave the house: a file for development, a mail server, a gateway."""

import asyncio
import json
import smtplib
import ssl
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import structlog

TIMEOUT_SECONDS = 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SentCode:
    """A code on its way; `kind` is `sms` or `email`, `at` RFC 3339."""

    to: str
    kind: str
    code: str
    at: str


class CodeSink(Protocol):
    """Takes codes to their people."""

    kinds: frozenset[str]

    async def send(self, sent: SentCode) -> None:
        """Hand the code over; a network sink sends on in the background.

        Waiting for a network here would tell by the time it takes whether a member exists.
        """

    async def close(self) -> None:
        """Wait for what is still being sent."""


class FileSink:
    """Appends each code as a JSON line."""

    kinds = frozenset({"sms", "email"})

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, sent: SentCode) -> None:
        """Write one line; the folder is made if it is not there."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(sent), ensure_ascii=False) + "\n")

    async def close(self) -> None:
        """Nothing is left open."""


class _BackgroundSink(ABC):
    def __init__(self) -> None:
        self._sending: set[asyncio.Task[None]] = set()

    async def send(self, sent: SentCode) -> None:
        """Start sending and come back at once."""
        task = asyncio.create_task(self._logged(self._deliver(sent), sent.kind))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        """Wait for what is still being sent."""
        await asyncio.gather(*self._sending)

    @abstractmethod
    async def _deliver(self, sent: SentCode) -> None:
        """Send it; what goes wrong is raised."""

    async def _logged(self, delivery: Coroutine[Any, Any, None], kind: str) -> None:
        try:
            await delivery
        except (OSError, smtplib.SMTPException, httpx.HTTPError) as fault:
            log.error("one-time code not delivered", kind=kind, fault=type(fault).__name__)


class SmtpSink(_BackgroundSink):
    """Sends codes by mail through `smtp://user:password@host:port?from=address`.

    `smtps://` speaks TLS from the first byte; `smtp://` turns to it where the server offers it.
    """

    kinds = frozenset({"email"})

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = urlsplit(url)

    async def _deliver(self, sent: SentCode) -> None:
        await asyncio.to_thread(self._mail, sent)

    def _mail(self, sent: SentCode) -> None:
        host = self._url.hostname or "localhost"
        message = EmailMessage()
        sender = parse_qs(self._url.query).get("from", [f"no-reply@{host}"])[0]
        message["From"], message["To"] = sender, sent.to
        message["Subject"] = "確認コード / Verification code"
        message.set_content(f"確認コード: {sent.code}\nVerification code: {sent.code}\n")
        with self._server(host) as server:
            server.ehlo_or_helo_if_needed()
            if self._url.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls()
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            server.send_message(message)

    def _server(self, host: str) -> smtplib.SMTP:
        # A port of 0 is the protocol's own: 25, or 465 with TLS.
        port = self._url.port or 0
        if self._url.scheme == "smtps":
            # Unlike this context, smtplib's own would trust any certificate.
            trust = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=trust)
        return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)


class GatewaySink(_BackgroundSink):
    """Posts each code as JSON to an `https://` gateway that knows SMS and mail."""

    kinds = frozenset({"sms", "email"})

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def _deliver(self, sent: SentCode) -> None:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as gateway:
            (await gateway.post(self._url, json=asdict(sent))).raise_for_status()


def code_sink(url: str) -> CodeSink:
    """The sink a setting names: `file:…`, `smtp://…`, `smtps://…` or `https://…`.

    Raises ValueError for another.
    """
    scheme, _, rest = url.partition(":")
    match scheme:
        case "file":
            return FileSink(Path(rest.removeprefix("//")))
        case "smtp" | "smtps":
            return SmtpSink(url)
        case "https" | "http":
            return GatewaySink(url)
        case _:
            raise ValueError("a code sink is file:PATH, smtp(s)://HOST or https://GATEWAY")
