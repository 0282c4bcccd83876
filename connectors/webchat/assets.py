"""The widget's files and its settings, open to every page that embeds the chat."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

WIDGET = Path(__file__).parent / "widget"
LOADER = WIDGET / "widget.js"
MODULES = sorted(path for path in WIDGET.glob("*.js") if path != LOADER)
CONFIG_SECONDS = 300
_OPEN = {
    # Pages of other origins load these: modules by CORS, the loader by a plain script tag.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True)
class Look:
    """What the widget shows of a shop: `accent` is a CSS colour, `icon` a picture's address."""

    name: str = ""
    icon: str = ""
    accent: str = ""
    languages: tuple[str, ...] = ("ja", "en")

    def told(self, elsewhere: Sequence[str]) -> bytes:
        """As JSON, with the names of the channels to go on in."""
        brand = {"name": self.name, "icon": self.icon, "accent": self.accent}
        others = [{"channel": name} for name in elsewhere]
        told = {"brand": brand, "languages": list(self.languages), "elsewhere": others}
        return json.dumps(told, ensure_ascii=False).encode()


class Asset:
    """Bytes that are served as they are, compressed once, known again by their hash."""

    def __init__(self, body: bytes, media_type: str, cache: str) -> None:
        self._body = body
        self._packed = gzip.compress(body, mtime=0)
        self._media_type = media_type
        self._headers = _OPEN | {
            "Cache-Control": cache,
            # Weak: the same for the plain and the compressed form.
            "ETag": f'W/"{hashlib.sha256(body).hexdigest()[:20]}"',
        }

    async def answer(self, request: Request) -> Response:
        """The file, or 304 to who has it."""
        if self._headers["ETag"] in _listed(request, "if-none-match"):
            return Response(status_code=304, headers=self._headers)
        if any(word.split(";")[0] == "gzip" for word in _listed(request, "accept-encoding")):
            packed = self._headers | {"Content-Encoding": "gzip"}
            return Response(self._packed, headers=packed, media_type=self._media_type)
        return Response(self._body, headers=self._headers, media_type=self._media_type)


def routes(prefix: str, look: Look, elsewhere: Sequence[str]) -> Sequence[BaseRoute]:
    """`widget.js`, its modules and `config`. Only files read at the start are ever served."""
    served = {f"{prefix}/widget/{path.name}": _script(path.read_bytes()) for path in MODULES}
    # The button has the shop's colour before anything else is loaded.
    loader = LOADER.read_bytes().replace(b'"__ACCENT__"', json.dumps(look.accent).encode())
    served[f"{prefix}/{LOADER.name}"] = _script(loader)
    cache = f"public, max-age={CONFIG_SECONDS}"
    served[f"{prefix}/config"] = Asset(look.told(elsewhere), "application/json", cache)
    return [Route(path, asset.answer, methods=["GET"]) for path, asset in served.items()]


def _script(body: bytes) -> Asset:
    # Modules must fit each other: always asked for, seldom sent.
    return Asset(body, "text/javascript", "no-cache")


def _listed(request: Request, header: str) -> Sequence[str]:
    return [word.strip() for word in request.headers.get(header, "").split(",")]
