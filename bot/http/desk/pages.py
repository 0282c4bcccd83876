"""The staff's pages: files read once at the start, compressed once, known again by their hash."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

WEB = Path(__file__).parent.parent / "desk_web"
PAGES = {"/desk": "index.html", "/desk/login": "login.html"}
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    # What customers were shown may lie with the shop; pictures of theirs come from here.
    "img-src": "'self' https: data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
_HEADERS = {
    # Modules must fit each other: always asked for, seldom sent.
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Accept-Encoding",
}


def routes() -> Sequence[BaseRoute]:
    """`/desk`, its log-in page and `/desk/assets/…`. They hold nothing of anybody.

    Who is not logged in gets them, too: the API says who may know what.
    """
    served = {path: Served(WEB / name) for path, name in PAGES.items()}
    assets = sorted(path for path in WEB.iterdir() if path.suffix != ".html")
    served |= {f"/desk/assets/{path.name}": Served(path) for path in assets}
    return [Route(path, file.answer, methods=["GET"]) for path, file in served.items()]


class Served:
    """One file."""

    def __init__(self, path: Path) -> None:
        self._body = path.read_bytes()
        self._packed = gzip.compress(self._body, mtime=0)
        self._media_type = _TYPES[path.suffix]
        # Weak: the same for the plain and the compressed form.
        self._headers = _HEADERS | {"ETag": f'W/"{hashlib.sha256(self._body).hexdigest()[:20]}"'}

    async def answer(self, request: Request) -> Response:
        """The file, or 304 to who has it."""
        if self._headers["ETag"] in _listed(request, "if-none-match"):
            return Response(status_code=304, headers=self._headers)
        if any(word.split(";")[0] == "gzip" for word in _listed(request, "accept-encoding")):
            packed = self._headers | {"Content-Encoding": "gzip"}
            return Response(self._packed, headers=packed, media_type=self._media_type)
        return Response(self._body, headers=self._headers, media_type=self._media_type)


def _listed(request: Request, header: str) -> Sequence[str]:
    return [word.strip() for word in request.headers.get(header, "").split(",")]
