"""The page `/channels`: the shop, a phone of each platform, and who the counter takes one for."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from simulators.channels.platforms import Platforms
from simulators.webshop.pages import CONTENT_SECURITY_POLICY, LANGUAGE, language_of

HERE = Path(__file__).parent
OWNER = "phones"
OWNERS_AT_MOST = 200
POLICY = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'; frame-ancestors 'none'"

Known = Callable[[str, Mapping[str, str]], Awaitable[Sequence[Mapping[str, Any]]]]
"""Whom the counter knows: by the web chat's `Authorization` (empty where there is none), and the
ids on the platforms by channel."""


def routes(platforms: Platforms, known: Known) -> Sequence[BaseRoute]:
    """`/channels` and what its page needs; every browser has phones of its own."""
    return Channels(platforms, known).routes()


class Channels:
    """The page, and the phones of those who look at it."""

    def __init__(self, platforms: Platforms, known: Known) -> None:
        self._platforms = platforms
        self._known = known
        self._owners: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._words = yaml.safe_load((HERE / "words.yml").read_text("utf-8"))
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route("/channels", self.page),
            Route("/channels/state", self.state),
            Route("/channels/menu/{menu}", self.menu),
            Route("/channels/{name}/mood", self.mood, methods=["POST"]),
            Route("/channels/{name}/{act}", self.act, methods=["POST"]),
            Mount("/channels/static", StaticFiles(directory=HERE / "static")),
        ]

    async def page(self, request: Request) -> Response:
        """The page; who opens it first gets new phones."""
        language = language_of(request)
        owner = request.cookies.get(OWNER, "")
        if owner not in self._owners:
            owner = self._new_owner(language)
        shown = self._templates.get_template("channels.html").render(
            lang=language, words=self._words[language], platforms=list(self._platforms)
        )
        page = HTMLResponse(shown, headers={"Content-Security-Policy": POLICY})
        page.set_cookie(OWNER, owner, httponly=True, samesite="strict")
        if "lang" in request.query_params:
            page.set_cookie(LANGUAGE, language, httponly=True, samesite="lax")
        return page

    def _new_owner(self, language: str) -> str:
        if len(self._owners) >= OWNERS_AT_MOST:
            self._owners.popitem(last=False)
        owner = secrets.token_urlsafe()
        platforms = self._platforms.items()
        self._owners[owner] = {name: each.simulated.new_phone(language) for name, each in platforms}
        return owner

    async def state(self, request: Request) -> Response:
        """Every screen, every platform's mood, and whom the counter knows."""
        mine = self._mine(request)
        screens, moods = {}, {}
        for name, platform in self._platforms.items():
            screens[name] = (await platform.http.get(f"/phone/{mine[name]}")).json()
            moods[name] = (await platform.http.get("/mood")).json()["mood"]
        authorization = request.headers.get("authorization", "")
        known = await self._known(authorization, mine)
        return JSONResponse({"screens": screens, "moods": moods, "customers": known})

    async def act(self, request: Request) -> Response:
        """The owner does something with a phone; the screen afterwards."""
        name = request.path_params["name"]
        path = f"/phone/{self._mine(request, name)[name]}/{request.path_params['act']}"
        return await self._passed_on(request, path)

    async def mood(self, request: Request) -> Response:
        """How a platform is from now on, for everybody."""
        self._mine(request, request.path_params["name"])
        return await self._passed_on(request, "/mood")

    async def menu(self, request: Request) -> Response:
        """The picture of LINE's rich menu."""
        self._mine(request, "line")
        shown = await self._platforms["line"].http.get(f"/menu/{request.path_params['menu']}")
        return Response(shown.content, shown.status_code, media_type="image/png")

    async def _passed_on(self, request: Request, path: str) -> Response:
        platform = self._platforms[request.path_params["name"]]
        given: httpx.Response = await platform.http.post(path, content=await request.body())
        kind = given.headers.get("content-type")
        return Response(given.content, given.status_code, media_type=kind)

    def _mine(self, request: Request, name: str | None = None) -> dict[str, str]:
        """The ids of this browser's phones. Raises `HTTPException` where there is no such one."""
        mine = self._owners.get(request.cookies.get(OWNER, ""))
        if mine is None or (name is not None and name not in mine):
            raise HTTPException(404)
        return mine
