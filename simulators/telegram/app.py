"""The Bot API over HTTP, and the phones of the people who write to the bot."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from json import JSONDecodeError
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from simulators.telegram.faults import NeverAnswered
from simulators.telegram.methods import Methods
from simulators.telegram.parameters import METHODS, read_parameters
from simulators.telegram.phone import Phones
from simulators.telegram.platform import KEPT, Call, Platform
from simulators.telegram.refusals import Refused, bad_request

# Method names have no case.
SPELLING = {name.lower(): name for name in METHODS}


class BotApi:
    """Answers a bot's calls."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._methods = Methods(platform)

    def routes(self) -> Sequence[BaseRoute]:
        """`/bot<token>/<method>` and `/file/bot<token>/<path>`."""
        return [
            Route("/bot{token}/{method}", self.call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.download),
        ]

    async def call(self, request: Request) -> Response:
        """One call; every answer is JSON with `ok`."""
        method = SPELLING.get(request.path_params["method"].lower())
        given: dict[str, Any] = {}
        try:
            self._admit(request)
            if method is None:
                raise Refused(404, "method not found")
            given = await _given(request)
            result = await self._done(method, given)
        except Refused as refusal:
            self._note(method, given, refusal.status)
            return JSONResponse(refusal.body(), refusal.status)
        except NeverAnswered:
            self._note(method, given, 0)
            return await _gone(request)
        self._note(method, given, 200)
        return JSONResponse({"ok": True, "result": result})

    async def _done(self, method: str, given: dict[str, Any]) -> Any:
        after = await self._platform.faults.befall(method)
        result = await self._methods.by_name[method](read_parameters(method, given))
        if after is not None:
            raise NeverAnswered
        return result

    def _note(self, method: str | None, given: dict[str, Any], status: int) -> None:
        calls = self._platform.calls
        calls.append(Call(method or "", given, status))
        del calls[:-KEPT]

    def _admit(self, request: Request) -> None:
        token = request.path_params["token"].encode()
        if not hmac.compare_digest(token, self._platform.bot.token.encode()):
            raise Refused(401, "")

    async def download(self, request: Request) -> Response:
        """A file, under the path that `getFile` gave."""
        try:
            self._admit(request)
        except Refused as refusal:
            return JSONResponse(refusal.body(), refusal.status)
        for path, content in self._platform.files.values():
            if path == request.path_params["path"]:
                return Response(content, media_type="application/octet-stream")
        return JSONResponse(Refused(404, "").body(), 404)


async def _given(request: Request) -> dict[str, Any]:
    """Parameters from the address, a form or JSON. Raises `Refused`."""
    given: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    if not body:
        return given
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        try:
            found = await request.json()
        except (JSONDecodeError, UnicodeDecodeError):
            raise bad_request("can't parse JSON object") from None
        return given | found if isinstance(found, dict) else given
    if kind == "application/x-www-form-urlencoded":
        return given | dict(parse_qsl(body.decode(), keep_blank_values=True))
    raise bad_request("unsupported content type")


async def _gone(request: Request) -> Response:
    """Say nothing until the caller gives up."""
    try:
        while not await request.is_disconnected():
            await request.receive()
    except ClientDisconnect:
        pass
    return Response(status_code=504)


def api_routes(platform: Platform) -> Sequence[BaseRoute]:
    """What the bot calls."""
    return BotApi(platform).routes()


def phone_routes(platform: Platform) -> Sequence[BaseRoute]:
    """What people hold in their hands."""
    return Phones(platform).routes()


def create_app(platform: Platform) -> Starlette:
    """Both."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await platform.close()

    routes = [*phone_routes(platform), *api_routes(platform)]
    return Starlette(routes=routes, lifespan=lifespan)
