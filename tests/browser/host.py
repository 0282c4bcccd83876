"""A shop's own page on an origin of its own, under a strict content security policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

STYLE = """
body { margin: 0; font: 16px/1.7 sans-serif; color: #222; background: #fff; }
header, main, footer { max-width: 60rem; margin: auto; padding: 1rem; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #181818; } }
a { color: inherit; }
"""
ICON = '<svg xmlns="http://www.w3.org/2000/svg"/>'
PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>A shop</title>
<link rel="stylesheet" href="/style.css">
<script async src="{server}/webchat/widget.js"{attributes}></script>
</head>
<body>
<header><h1>A shop</h1><a id="before" href="#shoes">Shoes</a></header>
<main id="shoes">{paragraphs}</main>
<footer><label>Newsletter <input id="newsletter"></label></footer>
</body>
</html>
"""
POLICY = (
    "default-src 'none'; script-src 'self' {server}; style-src 'self'; connect-src {server};"
    " img-src 'self' {server}; base-uri 'none'; form-action 'none'"
)


class _Page(BaseHTTPRequestHandler):
    """`/?server=ORIGIN&lang=ja&data-…`: the widget of that server, with these attributes."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        wish = dict(parse_qsl(parts.query))
        if parts.path == "/favicon.ico":
            self._answer("image/svg+xml", ICON, {})
        elif parts.path == "/style.css":
            self._answer("text/css", STYLE, {})
        elif parts.path == "/" and "server" in wish:
            policy = POLICY.format(server=wish["server"])
            self._answer("text/html", _page(wish), {"Content-Security-Policy": policy})
        else:
            self.send_error(404)

    def _answer(self, kind: str, text: str, headers: Mapping[str, str]) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads along."""


def _page(wish: Mapping[str, str]) -> str:
    attributes = (f' {n}="{escape(v)}"' for n, v in wish.items() if n.startswith("data-"))
    return PAGE.format(
        lang=escape(wish.get("lang", "ja")),
        server=escape(wish["server"]),
        attributes="".join(attributes),
        paragraphs="<p>Shoes for long walks.</p>" * 60,
    )


class Host:
    """Where the shop's pages are."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"

    def page(self, server: str, **wish: str) -> str:
        """The address of a page with the widget of `server`; `lang`, and `data_…` attributes."""
        named = {name.replace("_", "-"): value for name, value in wish.items()}
        return f"{self.origin}/?{urlencode({'server': server, **named})}"


@contextmanager
def hosting() -> Iterator[Host]:
    """The shop's web server, in a thread of its own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Host(server.server_port)
        server.shutdown()
        thread.join()
