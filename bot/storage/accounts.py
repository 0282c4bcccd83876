"""Accounts and the customers behind them: what several ports share, within a transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.channel import Author
from bot.customers.focus import Focus
from bot.dialogue import codec
from bot.dialogue.state import Conversation
from bot.messages import Account
from bot.messages.outbound import Outbound
from bot.storage.encoding import dump_message
from bot.storage.tables import accounts, conversations, customers, timeline


@dataclass(frozen=True)
class Known:
    """An account's row and whose it is."""

    id: int
    customer_id: str
    blocked: bool = False


@dataclass(frozen=True)
class Entry:
    """Something to be put on a timeline."""

    author: Author
    at: datetime
    content: Outbound
    name: str | None = None
    picture: str | None = None
    letter_id: int | None = None


@dataclass(frozen=True)
class Entered:
    """Where entries stand now: the account's row, the first's cursor; `blocked`: it left us."""

    account_id: int
    first: int
    blocked: bool


_FIND = select(accounts.c.id, accounts.c.customer_id, accounts.c.blocked_at).where(
    accounts.c.channel == bindparam("channel"), accounts.c.user == bindparam("user")
)
_ADVANCE = (
    update(accounts)
    .where(accounts.c.channel == bindparam("its_channel"), accounts.c.user == bindparam("its_user"))
    .values(last_cursor=accounts.c.last_cursor + bindparam("count"))
    .returning(accounts.c.id, accounts.c.last_cursor, accounts.c.blocked_at)
)
_ENTER = insert(timeline)


def of(account: Account) -> Any:
    """The condition that a row of `accounts` is this account's."""
    return (accounts.c.channel == account.channel) & (accounts.c.user == account.user)


def find(connection: Connection, account: Account) -> Known | None:
    """The account's row, if it has one."""
    row = connection.execute(_FIND, {"channel": account.channel, "user": account.user}).first()
    return Known(row.id, row.customer_id, row.blocked_at is not None) if row else None


def ensure(connection: Connection, account: Account, language: str, now: datetime) -> Known:
    """The account's row; one nobody knew gets a customer and a conversation with it."""
    known = find(connection, account)
    if known:
        return known
    customer_id = new_customer(connection, language, now)
    new = connection.execute(
        insert_new(connection.dialect.name, accounts).returning(accounts.c.id),
        {"channel": account.channel, "user": account.user, "customer_id": customer_id},
    ).first()
    if new:
        return Known(new.id, customer_id)
    # Another process was faster: theirs is committed by now.
    connection.execute(delete(conversations).where(conversations.c.customer_id == customer_id))
    connection.execute(delete(customers).where(customers.c.id == customer_id))
    known = find(connection, account)
    assert known is not None
    return known


def new_customer(connection: Connection, language: str, now: datetime, **proven: str | None) -> str:
    """A customer nobody knows yet, with an empty conversation; `proven` are member columns."""
    customer_id = uuid.uuid4().hex
    conversation = Conversation(uuid.uuid4().hex)
    connection.execute(insert(customers), {"id": customer_id, "created_at": now, **proven})
    connection.execute(
        insert(conversations),
        {
            "customer_id": customer_id,
            "id": conversation.id,
            "language": language,
            "focus": codec.dumps(Focus()),
            "body": codec.encode(conversation),
        },
    )
    return customer_id


def append(connection: Connection, account: Account, entries: Sequence[Entry]) -> Entered | None:
    """Put entries on a timeline as one turn.

    None for an account nobody knows. The account's row is locked by its counter until the
    transaction ends: cursors are given in the order of commits, so that no reader can pass one
    that is not there yet.
    """
    where = {"its_channel": account.channel, "its_user": account.user}
    row = connection.execute(_ADVANCE, {**where, "count": len(entries)}).first()
    if row is None:
        return None
    first: int = row.last_cursor - len(entries) + 1
    rows = [
        {
            "account_id": row.id,
            "cursor": first + place,
            "turn": first,
            "author": entry.author,
            "name": entry.name,
            "picture": entry.picture,
            "at": entry.at,
            "content": dump_message(entry.content),
            "letter_id": entry.letter_id,
        }
        for place, entry in enumerate(entries)
    ]
    connection.execute(_ENTER, rows)
    return Entered(row.id, first, row.blocked_at is not None)


@cache
def insert_new(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that leaves what is there already, in a database's own words."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
