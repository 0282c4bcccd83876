"""Handles for free replies: each account's newest, and what waits for the next one to come.

Everything here works within a transaction; times are real.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, exists, or_, select, update

from bot.messages import Account
from bot.messages.inbound import Inbound, asks_for_answer
from bot.ports import Aging, Parcel
from bot.storage import accounts as shared
from bot.storage.tables import accounts, conversations, letters, outbox
from bot.storage.tables.base import Moment

TOGETHER = timedelta(seconds=2)
"""What waits goes out with the answer to what the customer wrote, if that is there so soon."""

_WHEN = bindparam("when", type_=Moment)
_KEEP = (
    update(accounts)
    .where(accounts.c.id == bindparam("account"))
    .values(
        reply=bindparam("handle"),
        reply_at=bindparam("now"),
        reply_used_at=None,
        offered_until=case(
            (accounts.c.offered_until > _WHEN, _WHEN), else_=accounts.c.offered_until
        ),
    )
)
_HURRY = (
    update(outbox)
    .where(
        outbox.c.account_id == bindparam("account"),
        outbox.c.dead_at.is_(None),
        outbox.c.due_at > _WHEN,
    )
    # An early try is none of those that are counted: who keeps writing must not use them up.
    .values(due_at=_WHEN, attempts=0)
)
_AGING = (
    select(
        accounts.c.id,
        accounts.c.channel,
        accounts.c.user,
        accounts.c.reply,
        conversations.c.language,
    )
    .select_from(letters)
    .join(accounts, accounts.c.id == letters.c.account_id)
    .join(conversations, conversations.c.customer_id == accounts.c.customer_id)
    .where(
        letters.c.due_at.is_not(None),
        accounts.c.channel == bindparam("channel"),
        accounts.c.reply_at <= bindparam("came_before"),
        accounts.c.reply_used_at.is_(None),
        accounts.c.blocked_at.is_(None),
        or_(accounts.c.sending_until.is_(None), accounts.c.sending_until <= bindparam("now")),
        # What is on its way already cannot be kept back.
        ~exists().where(outbox.c.account_id == accounts.c.id, outbox.c.dead_at.is_(None)),
    )
    .limit(1)
)
_TAKE_AGING = _AGING.with_for_update(of=accounts, skip_locked=True)


def keep(connection: Connection, account_id: int, message: Inbound, now: datetime) -> None:
    """A message came with a handle: what waits for this account goes out on it."""
    when = now if asks_for_answer(message) else now + TOGETHER
    row = {"account": account_id, "when": when}
    connection.execute(_KEEP, {**row, "handle": message.reply, "now": now})
    connection.execute(_HURRY, row)


def came_since(connection: Connection, parcel: Parcel) -> bool:
    """Has a handle come that the parcel does not know? None comes before this transaction ends."""
    known = parcel.envelopes[0].newest
    unused = (accounts.c.id == parcel.lane) & accounts.c.reply_used_at.is_(None)
    newest = connection.execute(select(accounts.c.reply).where(unused).with_for_update()).scalar()
    return newest is not None and newest != known


def hurry(connection: Connection, account_id: int) -> None:
    """A person writes: nothing waits any longer for the customer to ask for it."""
    row = update(accounts).where(accounts.c.id == account_id, accounts.c.offered_until.is_not(None))
    connection.execute(row.values(offered_until=None))


def use(connection: Connection, account: Account, handles: Collection[str], now: datetime) -> None:
    """These handles of the account are used up."""
    connection.execute(
        update(accounts)
        .where(shared.of(account), accounts.c.reply.in_(handles))
        .values(reply_used_at=now)
    )


def find_aging(connection: Connection, channel: str, came_before: datetime, now: datetime) -> bool:
    """Is there a handle to be taken?"""
    asked = {"channel": channel, "came_before": came_before, "now": now}
    return connection.execute(_AGING, asked).first() is not None


def take_aging(
    connection: Connection, channel: str, came_before: datetime, now: datetime, until: datetime
) -> Aging | None:
    """Use up such a handle, and let nothing else go to its account before `until`."""
    asked = {"channel": channel, "came_before": came_before, "now": now}
    row = connection.execute(_TAKE_AGING, asked).first()
    if row is None:
        return None
    connection.execute(
        update(accounts)
        .where(accounts.c.id == row.id)
        .values(reply_used_at=now, offered_until=until)
    )
    return Aging(Account(row.channel, row.user), row.reply, row.language, until)


def offered(connection: Connection, aging: Aging, until: datetime | None) -> None:
    """What goes to the account waits until then, unless the customer wrote meanwhile."""
    connection.execute(
        update(accounts)
        .where(shared.of(aging.account), accounts.c.offered_until == aging.until)
        .values(offered_until=until)
    )
