"""Effects happen once: the Idempotency-Key journal, dry runs and If-Match.

A key is claimed in a transaction of its own; the effect and its stored answer are committed
together. A claim whose process died runs out, and the next call with the key goes on.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, cast

from fastapi import Depends, Header, Query, Request, Response
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import real_time
from backend.conventions.access import check_service, database_of
from backend.conventions.problems import Problem, problem_response, request_id
from backend.conventions.routes import ContractRoute, Handler, matches
from backend.database import Database
from backend.tables import IdempotentCall

CLAIM_SECONDS = 30
KEPT_FOR = timedelta(hours=48)
# Answers that say something about the effect; after any other one the key may be used again.
_STORED = {200, 201, 202, 204, 404, 409, 412, 422, 423}


class EffectRoute(ContractRoute):
    """A route whose handler writes through `Effecting` and never commits by itself.

    With `dry_run=true` the handler runs the same way and everything it wrote is rolled back.
    """

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            if request.method == "GET":
                return await handle(request)
            check_service(request)
            database = database_of(request)
            if request.query_params.get("dry_run") == "true":
                async with database.writing() as session:
                    request.state.effect_session = session
                    return await handle(request)
            claim = await _claim(database, request)
            if isinstance(claim, Response):
                return claim
            return await _run(database, request, handle, claim)

        return handle_once


@dataclass(frozen=True)
class _Claim:
    key: str
    since: datetime


async def _claim(database: Database, request: Request) -> _Claim | Response:
    key = request.headers.get("idempotency-key", "")
    if not 1 <= len(key) <= 255:
        fields = [{"pointer": "/Idempotency-Key", "code": "required"}]
        raise Problem("invalid-request", fields=fields)
    fingerprint = await _fingerprint(request)
    claim = _Claim(key, real_time())
    try:
        async with database.writing() as session, session.begin():
            await session.execute(
                delete(IdempotentCall).where(IdempotentCall.started_at < claim.since - KEPT_FOR)
            )
            session.add(
                IdempotentCall(key=key, fingerprint=fingerprint, started_at=claim.since, headers={})
            )
    except IntegrityError:
        return await _known(database, claim, fingerprint)
    return claim


async def _known(database: Database, claim: _Claim, fingerprint: str) -> _Claim | Response:
    async with database.writing() as session, session.begin():
        call = await session.scalar(
            select(IdempotentCall).where(IdempotentCall.key == claim.key).with_for_update()
        )
        if call is not None and call.fingerprint != fingerprint:
            raise Problem("idempotency-key-reused")
        if call is not None and call.status is not None:
            headers = {**call.headers, "Idempotency-Replayed": "true"}
            return Response(call.body, call.status, headers)
        overdue = claim.since - timedelta(seconds=CLAIM_SECONDS)
        if call is None or call.started_at > overdue:
            raise Problem("idempotency-in-progress", headers={"Retry-After": "1"})
        call.started_at = claim.since
    return claim


async def _run(database: Database, request: Request, handle: Handler, claim: _Claim) -> Response:
    try:
        async with database.writing() as session:
            request.state.effect_session = session
            response = await handle(request)
            await _finish(session, claim, response)
            await session.commit()
            return response
    except Problem as problem:
        response = problem_response(problem, request_id(request))
        async with database.writing() as session, session.begin():
            await _finish(session, claim, response)
        return response
    except BaseException:
        async with database.writing() as session, session.begin():
            await session.execute(_mine(delete(IdempotentCall), claim))
        raise


async def _finish(session: AsyncSession, claim: _Claim, response: Response) -> None:
    if response.status_code not in _STORED:
        await session.execute(_mine(delete(IdempotentCall), claim))
        return
    kept = {
        name: value
        for name, value in response.headers.items()
        if name in ("content-type", "etag", "location", "retry-after")
    }
    done = await session.execute(
        _mine(update(IdempotentCall), claim).values(
            status=response.status_code, headers=kept, body=bytes(response.body)
        )
    )
    if cast(CursorResult[Any], done).rowcount == 0:
        # The claim ran out and another call has taken it over: this one's effect must not stand.
        raise Problem("idempotency-in-progress", headers={"Retry-After": "1"})


def _mine(statement: Any, claim: _Claim) -> Any:
    return statement.where(
        IdempotentCall.key == claim.key,
        IdempotentCall.started_at == claim.since,
        IdempotentCall.status.is_(None),
    )


async def _fingerprint(request: Request) -> str:
    asked = f"{request.method} {request.scope['path']}?{request.url.query}\n".encode()
    return hashlib.sha256(asked + await request.body()).hexdigest()


def _effect_session(request: Request) -> AsyncSession:
    session: AsyncSession = request.state.effect_session
    return session


def _effect_headers(
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
    if_match: Annotated[str | None, Header(max_length=255)] = None,
    dry_run: Annotated[Literal["true", "false"], Query()] = "false",
) -> bool:
    return dry_run == "true"


Effecting = Annotated[AsyncSession, Depends(_effect_session)]
"""The session of the effect: committed together with the stored answer, or rolled back."""
DryRun = Annotated[bool, Depends(_effect_headers)]
"""Whether the caller only wants to see what would happen."""


def _must_match(request: Request) -> Callable[[str], None]:
    def check(etag: str) -> None:
        given = request.headers.get("if-match")
        if given is not None and not matches(given, etag):
            raise Problem("state-changed", etag=etag)

    return check


MustMatch = Annotated[Callable[[str], None], Depends(_must_match)]
"""Call it with the present ETag: raises Problem (state-changed) when `If-Match` names another."""
