"""Errors as `application/problem+json` (RFC 9457); none repeats what the client sent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connectors.webchat import words

_STATUS = {
    "invalid-request": 400,
    "unauthenticated": 401,
    "invalid-identity": 401,
    "origin-not-allowed": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "too-large": 413,
    "rate-limited": 429,
    "unavailable": 503,
}
_TRY_AGAIN_SECONDS = 5
_SLUG_OF_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}


class Problem(Exception):
    """An answer that is an error; `fields` name what is wrong by JSON pointers."""

    def __init__(
        self,
        slug: str,
        detail: str | None = None,
        *,
        fields: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(slug)
        self.slug = slug
        self.detail = detail
        self.fields = fields
        self.headers = headers

    def response(self) -> JSONResponse:
        body: dict[str, object] = {
            "type": f"urn:problem:{self.slug}",
            "title": self.slug.replace("-", " ").capitalize(),
            "status": _STATUS[self.slug],
        }
        if self.detail is not None:
            body["detail"] = self.detail
        if self.fields:
            body["fields"] = list(self.fields)
        return JSONResponse(
            body, _STATUS[self.slug], self.headers, media_type="application/problem+json"
        )


def unauthenticated() -> Problem:
    """No token, or none that is valid: open a new session."""
    return Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"})


def invalid_identity() -> Problem:
    """The identity proves nothing; why is not told."""
    challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return Problem("invalid-identity", headers=challenge)


def invalid_parameter(name: str) -> Problem:
    """A query parameter (or the header that stands for it) is not what it should be."""
    return Problem("invalid-request", fields=[{"parameter": name, "code": "invalid"}])


def invalid_body(error: ValidationError) -> Problem:
    """The body is not the agreed shape: where, and in which way."""
    fields = [
        {
            "pointer": "".join(f"/{step}" for step in fault["loc"] if step != "__root__"),
            "code": fault["type"],
        }
        for fault in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    return Problem("invalid-request", fields=fields)


def unavailable() -> Problem:
    """The shop's systems do not answer; nothing has changed."""
    return Problem("unavailable", headers={"Retry-After": str(_TRY_AGAIN_SECONDS)})


def rate_limited(retry_after: float, locale: str | None) -> Problem:
    """Too many requests; `retry_after` in seconds, the sentence in the session's language."""
    seconds = max(math.ceil(retry_after), 1)
    return Problem(
        "rate-limited",
        words.too_many(seconds, locale),
        headers={"Retry-After": str(seconds)},
    )


async def on_problem(request: Request, error: Exception) -> Response:
    """Exception handler for `Problem`."""
    assert isinstance(error, Problem)
    return error.response()


async def on_http(request: Request, error: Exception) -> Response:
    """Exception handler for what the router refuses."""
    assert isinstance(error, HTTPException)
    slug = _SLUG_OF_STATUS.get(error.status_code, "invalid-request")
    return Problem(slug, headers=error.headers).response()
