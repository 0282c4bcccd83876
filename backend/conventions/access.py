"""Who may ask: the service by its token, the customer by a session."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPBearer
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import real_time
from backend.conventions.problems import Problem, not_found
from backend.database import Database
from backend.settings import BackendSettings
from backend.tables import IdentitySession

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
_TOUCH_EVERY = timedelta(minutes=1)


def settings_of(request: Request) -> BackendSettings:
    """The settings of the app that answers this request."""
    settings: BackendSettings = request.app.state.settings
    return settings


def database_of(request: Request) -> Database:
    """The database of the app that answers this request."""
    database: Database = request.app.state.database
    return database


def _now(request: Request) -> datetime:
    return settings_of(request).clock()


async def _reading(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).reading() as session:
        yield session


Settings = Annotated[BackendSettings, Depends(settings_of)]
Now = Annotated[datetime, Depends(_now)]
"""The present moment of business time."""
Reading = Annotated[AsyncSession, Depends(_reading)]
"""A session that only reads."""


def check_service(request: Request) -> None:
    """Raises Problem (unauthenticated) unless the request carries the service's token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    expected = settings_of(request).token.encode()
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), expected):
        raise Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"})


async def service(
    request: Request, _: Annotated[object, Security(HTTPBearer(auto_error=False))]
) -> None:
    """A dependency: only the service may call."""
    check_service(request)


@dataclass(frozen=True)
class CustomerSession:
    """A valid session: a member's, or a guest's for the one order `order_id`."""

    id: str
    customer_id: str | None
    order_id: str | None
    channel_user_ref: str
    aal: int

    def must_own(self, customer_id: str | None) -> None:
        """Raises Problem (not-found) unless this session is that customer's."""
        if customer_id is None or customer_id != self.customer_id:
            raise not_found("customer")


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_of(min_aal: int) -> Callable[..., Awaitable[CustomerSession]]:
    """A dependency: the session of the header `Customer-Session`, at this level at least.

    Raises Problem session-required without a live one, step-up-required below the level.
    """

    async def read(
        request: Request, customer_session: Annotated[str | None, Header(max_length=256)] = None
    ) -> CustomerSession:
        if customer_session is None:
            raise Problem("session-required", required_aal=min_aal)
        found = await _live_session(database_of(request), customer_session)
        if found is None:
            raise Problem("session-required", required_aal=min_aal)
        if found.aal < min_aal:
            raise Problem("step-up-required", required_aal=min_aal)
        return found

    return read


async def _live_session(database: Database, token: str) -> CustomerSession | None:
    now = real_time()
    async with database.reading() as session:
        row = await session.scalar(
            select(IdentitySession).where(IdentitySession.token_hash == token_hash(token))
        )
    if row is None or row.expires_at <= now or row.last_used_at + IDLE <= now:
        return None
    if row.last_used_at + _TOUCH_EVERY <= now:
        async with database.writing() as session, session.begin():
            await session.execute(
                update(IdentitySession).where(IdentitySession.id == row.id).values(last_used_at=now)
            )
    return CustomerSession(row.id, row.customer_id, row.order_id, row.channel_user_ref, row.aal)


Linked = Annotated[CustomerSession, Depends(session_of(1))]
"""A session of a channel that was linked once."""
Verified = Annotated[CustomerSession, Depends(session_of(2))]
"""A session with a one-time code entered in it."""
