"""Errors in the contract's form: `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

log = structlog.get_logger(__name__)

Field = dict[str, str]
_RETRYABLE = {
    "idempotency-in-progress",
    "rate-limited",
    "upstream-unavailable",
    "upstream-timeout",
    "internal-error",
}
_STATUS = {
    "unknown-parameter": 400,
    "invalid-request": 400,
    "unauthenticated": 401,
    "session-required": 401,
    "step-up-required": 401,
    "not-found": 404,
    "method-not-allowed": 405,
    "not-allowed-in-state": 409,
    "insufficient-stock": 409,
    "idempotency-in-progress": 409,
    "state-changed": 412,
    "too-large": 413,
    "hold-limit": 422,
    "redeem-minimum": 422,
    "code-expired": 422,
    "code-wrong": 422,
    "idempotency-key-reused": 422,
    "locked": 423,
    "rate-limited": 429,
    "internal-error": 500,
    "not-supported": 501,
    "upstream-unavailable": 503,
    "upstream-timeout": 504,
}


class Problem(Exception):
    """An answer that is an error of the contract, named by its slug.

    `members` are the slug's own members, such as `allowed_actions` or `attempts_left`.
    """

    def __init__(
        self,
        slug: str,
        detail: str | None = None,
        *,
        fields: Sequence[Field] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(slug if detail is None else f"{slug}: {detail}")
        self.slug = slug
        self.status = _STATUS[slug]
        self.detail = detail
        self.fields = fields
        self.headers = headers
        self.members = members


def not_found(what: str) -> Problem:
    """The same answer for what does not exist and for what belongs to somebody else."""
    return Problem("not-found", f"no such {what}")


def invalid(pointer: str, code: str, detail: str | None = None) -> Problem:
    """An invalid request because of one field or parameter."""
    return Problem("invalid-request", detail, fields=[{"pointer": pointer, "code": code}])


def problem_response(problem: Problem, request_id: str | None) -> JSONResponse:
    """Write a problem as the contract has it."""
    body: dict[str, Any] = {
        "type": f"urn:problem:{problem.slug}",
        "title": problem.slug.replace("-", " ").capitalize(),
        "status": problem.status,
        "retryable": problem.slug in _RETRYABLE,
        **problem.members,
    }
    if problem.detail is not None:
        body["detail"] = problem.detail
    if problem.fields:
        body["fields"] = list(problem.fields)
    if request_id is not None:
        body["request_id"] = request_id
    return JSONResponse(
        body, problem.status, dict(problem.headers or {}), media_type="application/problem+json"
    )


def install_problems(app: FastAPI) -> None:
    """Let every error leave `app` as problem+json."""

    async def on_problem(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return problem_response(error, request_id(request))

    async def on_invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return problem_response(validation_problem(error), request_id(request))

    async def on_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        slug = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code)
        problem = Problem(slug or "invalid-request", str(error.detail), headers=error.headers)
        return problem_response(problem, request_id(request))

    async def on_fault(request: Request, error: Exception) -> JSONResponse:
        log.error("backend.fault", path=request.scope["path"], exc_info=error)
        return problem_response(Problem("internal-error"), request_id(request))

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_fault)


def validation_problem(error: RequestValidationError) -> Problem:
    """Name every field at fault; a field nobody knows has a slug of its own."""
    fields = [
        {"pointer": _pointer(fault["loc"]), "code": _code(fault["type"])}
        for fault in error.errors()
    ]
    unknown = any(field["code"] == "unknown" for field in fields)
    return Problem("unknown-parameter" if unknown else "invalid-request", fields=fields)


def _pointer(location: Sequence[str | int]) -> str:
    # The first step only says body, query, path or header.
    return "/" + "/".join(str(step) for step in location[1:])


def _code(pydantic_type: str) -> str:
    return {"extra_forbidden": "unknown", "missing": "required"}.get(pydantic_type, pydantic_type)


def request_id(request: Request) -> str | None:
    """The id that ties this request to the caller's log."""
    value = request.scope.get("request_id")
    return str(value) if value is not None else None
