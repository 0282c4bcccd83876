"""A customer as the rows of an account, its customer and its talk tell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, select

from bot.customers.focus import Focus
from bot.customers.profile import Customer, Trust
from bot.dialogue import codec
from bot.dialogue.values import Unreadable
from bot.messages import Account
from bot.ports import Caller
from bot.storage import cases
from bot.storage.sealing import Seal
from bot.storage.tables import accounts, conversations, customers, handoffs
from bot.storage.trust import trust

_CONCERNED = (
    select(
        accounts.c.linked_at,
        accounts.c.proven_at,
        accounts.c.used_at,
        accounts.c.session,
        accounts.c.greeted_at,
        customers.c.id.label("customer_id"),
        customers.c.member_id,
        customers.c.name,
        customers.c.usual_store,
        conversations.c.id.label("conversation_id"),
        conversations.c.language,
        conversations.c.focus,
        conversations.c.muted_until,
    )
    .join(customers, customers.c.id == accounts.c.customer_id)
    .join(conversations, conversations.c.customer_id == customers.c.id)
    .where(accounts.c.channel == bindparam("channel"), accounts.c.user == bindparam("user"))
)
PERSON = _CONCERNED
TALK = (
    _CONCERNED.add_columns(conversations.c.version, conversations.c.body, *cases.COLUMNS)
    .outerjoin(handoffs, and_(handoffs.c.customer_id == customers.c.id, handoffs.c.current))
    .where(customers.c.id == bindparam("customer"))
)


def customer(
    row: Row[*tuple[Any, ...]], policy: frozenset[tuple[str, Trust]], now: datetime
) -> Customer:
    """The customer, as trusted as the account is at `now` (real time)."""
    level = trust(row.linked_at, row.proven_at, row.used_at, now)
    member = level > Trust.ANONYMOUS
    return Customer(
        id=row.customer_id,
        language=row.language,
        trust=level,
        member_id=row.member_id if member else None,
        name=row.name if member else None,
        usual_store=row.usual_store if member else None,
        focus=focus(row.focus),
        policy=policy,
    )


def caller(row: Row[*tuple[Any, ...]], account: Account, seal: Seal, now: datetime) -> Caller:
    """For whom doors are asked at `now` (real time)."""
    level = trust(row.linked_at, row.proven_at, row.used_at, now)
    if level == Trust.ANONYMOUS:
        return Caller(account, row.language)
    session = seal.open(row.session) if row.session else None
    return Caller(account, row.language, row.member_id, session, level)


def focus(stored: str) -> Focus:
    """What was spoken of; nothing, where this version cannot read it."""
    try:
        found = codec.loads(stored)
    except Unreadable:
        return Focus()
    return found if isinstance(found, Focus) else Focus()
