"""The shop's pages, and the little the counter's chat needs beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from simulators.webshop import pictures
from simulators.webshop.catalogue import Catalogue, Closed
from simulators.webshop.codes import Inbox
from simulators.webshop.people import NOBODY, Demo, load_demo
from simulators.webshop.sessions import SESSION_LASTS, LogIns
from simulators.webshop.showing import LANGUAGES, Pages, picks

MOST_BODY_BYTES = 1024
SESSION = "shop_session"
LANGUAGE = "shop_language"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)


def routes(
    backend: httpx.AsyncClient,
    *,
    identity_key: str | None,
    code_sink: str,
    channels_page: str | None = None,
) -> Sequence[BaseRoute]:
    """`/` and `/shop/…`: products come from `backend`, one-time codes from the file of
    `code_sink`. `identity_key` is the HS256 secret shared with the web chat; without one nobody
    can log in. `channels_page` is the path of a page of ours that shows this shop in a frame."""
    log_ins = LogIns(identity_key) if identity_key else None
    return Shop(Catalogue(backend), log_ins, Inbox(code_sink), channels_page).routes()


class Shop:
    """One web shop. What only its own demo data makes sense of it keeps from any other shop."""

    def __init__(
        self,
        catalogue: Catalogue,
        log_ins: LogIns | None,
        inbox: Inbox,
        channels_page: str | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._channels_page = channels_page
        self._log_ins = log_ins
        self._inbox = inbox
        self._demo = load_demo()
        self._pages = Pages()

    def routes(self) -> Sequence[BaseRoute]:
        static = StaticFiles(directory=Path(__file__).parent / "static")
        return [
            Route("/", self.front),
            Route("/shop/products/{product_id:path}", self.product),
            Route("/shop/pictures/{kind}/{colour}.svg", self.picture),
            Route("/shop/login", self.log_in, methods=["POST"]),
            Route("/shop/logout", self.log_out, methods=["POST"]),
            Route("/shop/identity", self.identity),
            Route("/shop/codes", self.codes),
            Mount("/shop/static", static),
        ]

    async def front(self, request: Request) -> Response:
        """Our picks, a category, or everything."""
        language = language_of(request)
        try:
            products = await self._catalogue.products(language)
            known = await self._known(request, language)
        except Closed:
            return self._page(request, "message.html", {"message": "closed"}, 503)
        wanted = request.query_params.get("category")
        shown = [each for each in products if wanted in (each.category, "all")]
        return self._page(
            request,
            "front.html",
            {
                **known,
                "products": shown if wanted else picks(products),
                "chosen": wanted,
                "categories": list(dict.fromkeys(each.category for each in products)),
                "translations": known["demo"].categories if language == "en" else {},
                "example": products[0].name if products else None,
            },
        )

    async def product(self, request: Request) -> Response:
        """All about one product, and a way to ask."""
        language = language_of(request)
        try:
            product = await self._catalogue.product(request.path_params["product_id"], language)
            known = await self._known(request, language)
        except Closed:
            return self._page(request, "message.html", {"message": "closed"}, 503)
        if product is None:
            return self._page(request, "message.html", {**known, "message": "missing"}, 404)
        return self._page(request, "product.html", {**known, "product": product})

    async def picture(self, request: Request) -> Response:
        """A product's picture in one colour."""
        kind, colour = request.path_params["kind"], request.path_params["colour"]
        try:
            drawn = pictures.draw(kind, colour)
        except KeyError:
            raise HTTPException(404) from None
        kept = {"Cache-Control": "public, max-age=3600"}
        return Response(drawn, headers=kept, media_type="image/svg+xml")

    async def log_in(self, request: Request) -> Response:
        """Come in as one of the demo's people."""
        member_id = (await _form(request)).get("member", "")
        demo = await self._demo_here()
        if self._log_ins is None or demo.person(member_id) is None:
            raise HTTPException(403)
        back = RedirectResponse("/", 303)
        back.set_cookie(
            SESSION,
            self._log_ins.session(member_id),
            max_age=int(SESSION_LASTS.total_seconds()),
            httponly=True,
            samesite="lax",
        )
        return back

    async def log_out(self, request: Request) -> Response:
        """Leave; the page has told the chat before."""
        back = RedirectResponse("/", 303)
        back.delete_cookie(SESSION, httponly=True, samesite="lax")
        return back

    async def identity(self, request: Request) -> Response:
        """A fresh JWT for the chat, of whoever is logged in."""
        member_id = self._member(request)
        if self._log_ins is None or member_id is None:
            raise HTTPException(403)
        return JSONResponse({"identity": self._log_ins.identity(member_id)})

    async def codes(self, request: Request) -> Response:
        """The one-time codes sent since the demo was started."""
        return JSONResponse({"codes": self._inbox.codes()})

    async def _demo_here(self) -> Demo:
        try:
            name = await self._catalogue.shop_name()
        except Closed:
            return NOBODY
        return self._demo if name == self._demo.shop else NOBODY

    def _member(self, request: Request) -> str | None:
        cookie = request.cookies.get(SESSION, "")
        return self._log_ins.member(cookie) if self._log_ins else None

    async def _known(self, request: Request, language: str) -> dict[str, Any]:
        """What every page of the open shop shows."""
        demo = await self._demo_here()
        member_id = self._member(request)
        return {
            "shop_name": await self._catalogue.shop_name(),
            "demo": demo,
            "can_log_in": self._log_ins is not None and bool(demo.people),
            "person": demo.person(member_id) if member_id else None,
            "has_inbox": self._inbox.is_open,
        }

    def _framing(self) -> dict[str, str]:
        """Who may show these pages in a frame: our own page of channels, or nobody."""
        by, older = ("'self'", "SAMEORIGIN") if self._channels_page else ("'none'", "DENY")
        policy = f"{CONTENT_SECURITY_POLICY}; frame-ancestors {by}"
        return {"Content-Security-Policy": policy, "X-Frame-Options": older}

    def _page(
        self, request: Request, name: str, known: Mapping[str, Any], status: int = 200
    ) -> Response:
        language = language_of(request)
        framed = request.headers.get("sec-fetch-dest") == "iframe"
        known = {"demo": NOBODY, "channels_page": None if framed else self._channels_page, **known}
        page = HTMLResponse(
            self._pages.render(name, language, known),
            status,
            {**self._framing(), "Referrer-Policy": "same-origin"},
        )
        if "lang" in request.query_params:
            page.set_cookie(LANGUAGE, language, httponly=True, samesite="lax")
        return page


def language_of(request: Request) -> str:
    """The language of the pages, chosen by a link and kept in a cookie."""
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE)
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


async def _form(request: Request) -> dict[str, str]:
    """The fields of a small form, each once. Raises `HTTPException` for a large one."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            raise HTTPException(413)
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
