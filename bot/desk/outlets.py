"""Ways to staff who are not at the desk: a signed call of the operator's own system, and mail."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import smtplib
import ssl
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from bot.config import Environment

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Waiters:
    """How customers wait. Nothing in it is about any one of them.

    `late` have waited longer than they should, the longest for `longest_minutes`. `at` is real
    time, `desk` the address of the desk where it is known.
    """

    waiting: int
    late: int
    longest_minutes: int
    at: datetime
    desk: str | None = None


class Outlet(Protocol):
    """Takes word to people elsewhere."""

    async def tell(self, waiters: Waiters) -> None:
        """Say it; whatever goes wrong is raised."""


class Webhook:
    """Posts JSON, signed as Standard Webhooks has it (https://www.standardwebhooks.com).

    `secret` is base64, with or without `whsec_` before it.
    """

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._key = base64.b64decode(secret.removeprefix("whsec_"))

    async def tell(self, waiters: Waiters) -> None:
        """Post it. Raises `httpx.HTTPError`, also when it is not taken."""
        body = json.dumps(
            {
                "type": "customers.waiting",
                "timestamp": waiters.at.astimezone(UTC).isoformat(timespec="seconds"),
                "data": {
                    "waiting": waiters.waiting,
                    "late": waiters.late,
                    "longest_wait_minutes": waiters.longest_minutes,
                    "desk": waiters.desk,
                },
            }
        ).encode()
        name, moment = f"msg_{uuid.uuid4().hex}", str(int(waiters.at.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": moment,
            "webhook-signature": signature(self._key, name, moment, body),
        }
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            answer = await client.post(self._url, content=body, headers=headers)
        if not answer.is_success:
            raise httpx.HTTPStatusError("not taken", request=answer.request, response=answer)


def signature(key: bytes, name: str, moment: str, body: bytes) -> str:
    """The signature over a call's id, its Unix time and its body: old calls are no use again."""
    signed = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


class Mail:
    """Sends mail through `smtp://user:password@host:port?from=address&to=address`.

    `smtps://` speaks TLS from the first byte; `smtp://` turns to it where the server offers it.
    `to` may be there several times.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    async def tell(self, waiters: Waiters) -> None:
        """Hand it over. Raises `OSError` or `smtplib.SMTPException`."""
        await asyncio.to_thread(self._send, self._message(waiters))

    def _message(self, waiters: Waiters) -> EmailMessage:
        given, message = parse_qs(self._url.query), EmailMessage()
        message["From"] = given.get("from", [f"no-reply@{self._url.hostname}"])[0]
        message["To"] = ", ".join(given["to"])
        message["Subject"] = f"お客様{waiters.late}名がお待ちです / {waiters.late} waiting"
        message.set_content(
            f"お待ちのお客様：{waiters.waiting}名（うち長くお待ちの方：{waiters.late}名）\n"
            f"最も長いお待ち時間：{waiters.longest_minutes}分\n\n"
            f"Customers waiting: {waiters.waiting} (too long: {waiters.late})\n"
            f"Longest wait: {waiters.longest_minutes} min\n\n"
            f"{waiters.desk or ''}\n"
        )
        return message

    def _send(self, message: EmailMessage) -> None:
        with self._server() as server:
            server.ehlo_or_helo_if_needed()
            if self._url.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            server.send_message(message)

    def _server(self) -> smtplib.SMTP:
        # A port of 0 is the protocol's own: 25, or 465 with TLS.
        host, port = self._url.hostname or "localhost", self._url.port or 0
        if self._url.scheme == "smtps":
            # Unlike this context, smtplib's own would trust any certificate.
            trust = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=trust)
        return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)


def open_outlets(env: Environment) -> dict[str, Outlet]:
    """The ways that are set up, by name."""
    outlets: dict[str, Outlet] = {}
    url, secret = env.desk_webhook_url, env.desk_webhook_secret
    if url and secret:
        outlets["webhook"] = Webhook(url.get_secret_value(), secret.get_secret_value())
    if env.desk_mail:
        outlets["mail"] = Mail(env.desk_mail.get_secret_value())
    return outlets
