"""Errors as `application/problem+json` (RFC 9457); none repeats what the client sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_STATUS = {
    "invalid-request": 400,
    "bad-signature": 401,
    "unauthenticated": 401,
    "forbidden": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "not-taken": 409,
    "unreachable": 409,
    "conflict": 409,
    "too-large": 413,
    "rate-limited": 429,
    "internal-error": 500,
    "unavailable": 503,
}
_SLUG = {status: slug for slug, status in _STATUS.items() if slug != "bad-signature"}


class Problem(HTTPException):
    """An answer that is an error, named by its slug; `fields` say by JSON pointers what is wrong.

    `more` are members of this kind of problem alone.
    An `HTTPException`, so that every part of the app lets it through to whoever formats errors.
    """

    def __init__(
        self,
        slug: str,
        detail: str | None = None,
        *,
        fields: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(_STATUS[slug], detail or slug, headers)
        self.slug = slug
        self.explanation = detail
        self.fields = fields
        self.more = more

    def response(self) -> JSONResponse:
        return _response(
            self.status_code,
            self.slug,
            self.explanation,
            fields=self.fields,
            headers=self.headers,
            more=self.more,
        )


def install_problems(app: FastAPI) -> None:
    """Let every error leave `app` as problem+json."""

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if isinstance(error, Problem):
            return error.response()
        slug = _SLUG.get(error.status_code, "invalid-request")
        return _response(error.status_code, slug, headers=error.headers)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        # The first step only says body, query, path or header.
        fields = [
            {
                "pointer": "".join(f"/{step}" for step in fault["loc"][1:]),
                "code": fault["type"],
            }
            for fault in error.errors()
        ]
        return Problem("invalid-request", fields=fields).response()

    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)


def _response(
    status: int,
    slug: str,
    detail: str | None = None,
    *,
    fields: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
) -> JSONResponse:
    body: dict[str, object] = {
        "type": f"urn:problem:{slug}",
        "title": slug.replace("-", " ").capitalize(),
        "status": status,
    }
    if detail is not None:
        body["detail"] = detail
    if fields:
        body["fields"] = list(fields)
    body |= more or {}
    return JSONResponse(body, status, headers, media_type="application/problem+json")
