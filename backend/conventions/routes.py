"""The route class of the contract: strict about parameters, careful about caches."""

import hashlib
import re
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from backend.conventions.problems import Problem

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_BRACKETED = re.compile(r"(\w+)\[[^\[\]]{1,64}\]")


class ContractRoute(APIRoute):
    """Refuses unknown query parameters; gives GET answers a strong ETag and answers 304."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        known = set(_query_names(self.dependant))
        # `option[axis]=value` is OpenAPI's deepObject, which FastAPI cannot declare by itself.
        extra = (self.openapi_extra or {}).get("parameters", [])
        deep = {given["name"] for given in extra if given.get("style") == "deepObject"}

        async def handle_strictly(request: Request) -> Response:
            _refuse_unknown(request, known, deep)
            response = await handle(request)
            return _conditional(request, response) if request.method == "GET" else response

        return handle_strictly


def _query_names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _query_names(inner)


def _refuse_unknown(request: Request, known: set[str], deep: set[str]) -> None:
    unknown = [
        name
        for name in request.query_params
        if name not in known
        and not ((match := _BRACKETED.fullmatch(name)) and match.group(1) in deep)
    ]
    if unknown:
        fields = [{"pointer": f"/{name}", "code": "unknown"} for name in unknown]
        raise Problem("unknown-parameter", fields=fields)


def _conditional(request: Request, response: Response) -> Response:
    if response.status_code != 200:
        return response
    if "etag" not in response.headers:
        digest = hashlib.blake2b(bytes(response.body), digest_size=16).hexdigest()
        response.headers["ETag"] = f'"{digest}"'
    response.headers.setdefault("Cache-Control", "private, max-age=0")
    etag = response.headers["etag"]
    if not matches(request.headers.get("if-none-match"), etag):
        return response
    kept = ("etag", "cache-control", "vary", "content-language")
    return Response(
        status_code=304,
        headers={name: response.headers[name] for name in kept if name in response.headers},
    )


def matches(header: str | None, etag: str) -> bool:
    """Whether an `If-None-Match` or `If-Match` header names this ETag."""
    if header is None:
        return False
    named = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in named or etag in named


def fresh_for(seconds: int) -> Callable[[Response], None]:
    """A dependency: how long the answer may be used without asking again."""

    def mark(response: Response) -> None:
        response.headers["Cache-Control"] = f"private, max-age={seconds}"

    return mark
