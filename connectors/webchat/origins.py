"""Which pages may talk to us."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import Misconfigured
from connectors.webchat.problems import Problem


class Origins:
    """ASGI middleware: CORS for the listed origins and our own, 403 for every other.

    What sends no `Origin` is no other site's page and passes. Our own is the one whose host is the
    host that was asked: tokens travel in a header that no browser adds by itself.
    """

    def __init__(self, app: ASGIApp, allowed: Collection[str]) -> None:
        self._app = app
        self._allowed = frozenset(allowed)
        self._cors = CORSMiddleware(
            app,
            # Only allowed origins get this far.
            allow_origin_regex=".*",
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
            expose_headers=["Retry-After", "Request-Id"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None and not self._is_allowed(origin, headers.get("host")):
            await Problem("origin-not-allowed").response()(scope, receive, send)
            return
        await self._cors(scope, receive, send)

    def _is_allowed(self, origin: str, host: str | None) -> bool:
        return origin in self._allowed or origin.partition("://")[2] == host


def checked(origins: Collection[str]) -> tuple[str, ...]:
    """Origins as browsers send them. Raises `bot.errors.Misconfigured` for what is none."""
    faults = [origin for origin in origins if not _is_origin(origin)]
    if faults:
        raise Misconfigured(
            [
                f"MADOGUCHI_WEBCHAT_ORIGINS: {origin!r} is not scheme://host[:port]"
                for origin in faults
            ]
        )
    return tuple(origin.rstrip("/").lower() for origin in origins)


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and parts.path in ("", "/")
        and not parts.query
        and not parts.fragment
        and parts.username is None
    )
