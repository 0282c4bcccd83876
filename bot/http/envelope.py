"""Around every request: an id, a limit on its body, safe headers, and an answer to every fault."""

from __future__ import annotations

import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.http.problems import Problem

MAX_BODY_BYTES = 1024 * 1024
MAX_ID_LENGTH = 128
SAFE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Sent with every answer that does not say otherwise itself."""
_SAFE = [(name.lower().encode(), value.encode()) for name, value in SAFE_HEADERS.items()]

log = structlog.get_logger(__name__)


class Envelope:
    """ASGI middleware.

    Echoes `Request-Id` (or makes one) and puts it on every log line; whoever reads a body over
    1 MiB gets Problem too-large; what nobody caught is logged and answered with 500.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identifier = _identifier(Headers(scope=scope).get("request-id", ""))
        started = False

        async def marked(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message)["Request-Id"] = identifier
                said = {name for name, _ in message["headers"]}
                message["headers"] += [safe for safe in _SAFE if safe[0] not in said]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=identifier):
            try:
                await self._app(scope, _limited(scope, receive), marked)
            except Exception:
                log.exception("http.fault", method=scope["method"], path=scope["path"])
                if started:
                    raise
                await Problem("internal-error").response()(scope, receive, marked)


def _identifier(given: str) -> str:
    fits = 0 < len(given) <= MAX_ID_LENGTH and given.isprintable() and given.isascii()
    return given if fits else str(uuid.uuid4())


def _limited(scope: Scope, receive: Receive) -> Receive:
    declared = Headers(scope=scope).get("content-length", "")
    received = 0

    async def limited() -> Message:
        nonlocal received
        # Who says beforehand that it will be too much need not send it.
        if _is_over(declared):
            raise Problem("too-large")
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY_BYTES:
            raise Problem("too-large")
        return message

    return limited


def _is_over(declared: str) -> bool:
    if not (declared.isascii() and declared.isdigit()):
        return False
    digits = declared.lstrip("0")
    return len(digits) > len(str(MAX_BODY_BYTES)) or int(digits or 0) > MAX_BODY_BYTES
