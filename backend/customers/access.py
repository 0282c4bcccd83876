"""Sessions and attempts of customers. Both go by real time."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Header, Request
from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import real_time
from backend.conventions.access import ABSOLUTE, CustomerSession, session_of, token_hash
from backend.conventions.problems import Problem
from backend.tables import Attempt, IdentitySession


async def _session_if_any(
    request: Request, customer_session: Annotated[str | None, Header(max_length=256)] = None
) -> CustomerSession | None:
    if customer_session is None:
        return None
    return await session_of(1)(request, customer_session)


SessionIfAny = Annotated[CustomerSession | None, Depends(_session_if_any)]
"""The customer's session, or None where no proof is needed and none was given."""


def open_session(
    session: AsyncSession,
    *,
    token: str,
    channel_user_ref: str,
    aal: int,
    customer_id: str | None = None,
    order_id: str | None = None,
) -> IdentitySession:
    """Open a session of a member, or of a guest for one order; only the token's hash is kept."""
    now = real_time()
    opened = IdentitySession(
        id=str(uuid.uuid4()),
        token_hash=token_hash(token),
        customer_id=customer_id,
        order_id=order_id,
        channel_user_ref=channel_user_ref,
        aal=aal,
        created_at=now,
        last_used_at=now,
        expires_at=now + ABSOLUTE,
    )
    session.add(opened)
    return opened


def new_token() -> str:
    """A token of 256 random bits."""
    return secrets.token_urlsafe(32)


async def count_attempt(
    session: AsyncSession, key: str, *, limit: int, window: timedelta, slug: str
) -> None:
    """Count one more attempt under `key`; beyond `limit` within `window` Problem `slug`.

    The caller commits: an attempt that fails still counts.
    """
    now = real_time()
    over = Attempt.since <= now - window
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(Attempt) if on_sqlite else postgresql.insert(Attempt)
    counted = await session.execute(
        insert.values(key=key, count=1, since=now)
        .on_conflict_do_update(
            index_elements=[Attempt.key],
            set_={
                "count": case((over, 1), else_=Attempt.count + 1),
                "since": case((over, now), else_=Attempt.since),
            },
        )
        .returning(Attempt.count, Attempt.since)
    )
    count, since = counted.one()
    if count > limit:
        raise Problem(slug, headers={"Retry-After": _seconds_until(since + window, now)})


async def forget_old_attempts(session: AsyncSession) -> None:
    """Drop counts that no longer matter to anything."""
    oldest = real_time() - timedelta(days=1)
    await session.execute(delete(Attempt).where(Attempt.since < oldest))


def _seconds_until(moment: datetime, now: datetime) -> str:
    return str(max(1, round((moment - now).total_seconds())))
