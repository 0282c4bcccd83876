"""Accounts whose platform gives them another id, within a transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.dialogue.values import Unreadable
from bot.messages import Account
from bot.storage import accounts as shared
from bot.storage import moving
from bot.storage.encoding import dump_message, load_inbound
from bot.storage.tables import accounts, conversations, customers, letters

_WAITING = select(letters.c.id, letters.c.payload).where(
    letters.c.account_id == bindparam("account"), letters.c.due_at.is_not(None)
)


def migrate(
    connection: Connection, former: Account, account: Account, now: datetime, at: datetime
) -> None:
    """What was `former` is `account` from now on, with its history and all that waits.

    Nothing happens where nobody wrote as `former`, or where this was done already. Where somebody
    wrote as `account` first, both become one customer's, and their talks are joined. `now` is real
    time, `at` business time.
    """
    before, after = shared.find(connection, former), shared.find(connection, account)
    if before is None:
        return
    if after is not None:
        _join(connection, before, after, now, at)
        return
    renamed = update(accounts).where(accounts.c.id == before.id)
    connection.execute(renamed.values(user=account.user))
    for row in connection.execute(_WAITING, {"account": before.id}).all():
        _readdress(connection, row.id, row.payload, account)
    # A turn that is under way would answer the old id.
    talk = update(conversations).where(conversations.c.customer_id == before.customer_id)
    connection.execute(talk.values(version=conversations.c.version + 1))
    moving.note(
        connection,
        "migrated",
        account_id=before.id,
        at=now,
        by="channel",
        customer_id=before.customer_id,
    )


def _readdress(connection: Connection, letter: int, payload: str, account: Account) -> None:
    try:
        message = replace(load_inbound(payload), account=account)
    except Unreadable:
        return  # whoever claims it leaves it to staff
    known = update(letters).where(letters.c.id == letter)
    connection.execute(known.values(payload=dump_message(message)))


def _join(
    connection: Connection,
    before: shared.Known,
    after: shared.Known,
    now: datetime,
    at: datetime,
) -> None:
    """Both are one customer's: whose account was known first takes the other in."""
    first, second = sorted((before, after), key=lambda known: known.id)
    both = customers.c.id.in_({first.customer_id, second.customer_id})
    parties = {party.id: party for party in moving.parties(connection, both)}
    if len(parties) < 2 or parties[second.customer_id].member_id is not None:
        return
    moving.merge(connection, second.customer_id, first.customer_id, now, at)
    moving.note(
        connection,
        "merged",
        account_id=second.id,
        at=now,
        by="channel",
        customer_id=first.customer_id,
        from_customer_id=second.customer_id,
    )
