"""Outgoing messages in the database, by account and in order."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    true,
    update,
)

from bot.channel import Envelope
from bot.messages import Account
from bot.messages.account import timeline_topic
from bot.ports import Aging, Clock, Parcel
from bot.storage import desk_events, handles
from bot.storage.database import Database
from bot.storage.encoding import load_outbound
from bot.storage.renaming import migrate
from bot.storage.tables import accounts, conversations, outbox, timeline

PARCEL_AT_MOST = 20
_EARLIER = outbox.alias("earlier")
_SOMETHING = (
    select(
        accounts.c.id,
        accounts.c.channel,
        accounts.c.user,
        accounts.c.reply,
        accounts.c.reply_used_at,
    )
    .select_from(outbox)
    .join(accounts, accounts.c.id == outbox.c.account_id)
    .where(
        outbox.c.dead_at.is_(None),
        outbox.c.due_at <= bindparam("now"),
        or_(accounts.c.sending_until.is_(None), accounts.c.sending_until <= bindparam("now")),
        or_(accounts.c.offered_until.is_(None), accounts.c.offered_until <= bindparam("now")),
        ~exists().where(
            _EARLIER.c.account_id == outbox.c.account_id,
            _EARLIER.c.dead_at.is_(None),
            _EARLIER.c.id < outbox.c.id,
        ),
    )
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(1)
)
_NEXT = _SOMETHING.with_for_update(of=accounts, skip_locked=True)
_WAITING = (
    select(
        outbox,
        timeline.c.author,
        timeline.c.name,
        timeline.c.picture,
        timeline.c.at,
        timeline.c.content,
    )
    .join(
        timeline,
        and_(timeline.c.account_id == outbox.c.account_id, timeline.c.cursor == outbox.c.cursor),
    )
    .where(outbox.c.account_id == bindparam("account"), outbox.c.dead_at.is_(None))
    .order_by(outbox.c.id)
    .limit(PARCEL_AT_MOST)
)


_TALK = (
    select(conversations.c.id)
    .join(accounts, accounts.c.customer_id == conversations.c.customer_id)
    .where(accounts.c.id == bindparam("account"))
)


class SqlOutbox:
    """`bot.ports.Outbox`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, worker: str, *, lease_seconds: float) -> Parcel | None:
        # Most looks find nothing: a read tells so at a fraction of what a transaction costs.
        now = {"now": self._clock.real()}
        if await self._database.read(lambda c: c.execute(_SOMETHING, now).first()) is None:
            return None
        return await self._database.write(
            lambda c: self._claim(c, worker, lease_seconds), durable=False
        )

    def _claim(self, connection: Connection, worker: str, lease_seconds: float) -> Parcel | None:
        now = self._clock.real()
        while lane := connection.execute(_NEXT, {"now": now}).first():
            rows = connection.execute(_WAITING, {"account": lane.id}).all()
            if not rows:
                continue
            token = f"{worker}:{uuid.uuid4().hex}"
            connection.execute(
                update(accounts)
                .where(accounts.c.id == lane.id)
                .values(sending_token=token, sending_until=now + timedelta(seconds=lease_seconds))
            )
            envelopes = tuple(_envelope(row, lane) for row in rows)
            return Parcel(envelopes[0].account, token, envelopes, rows[0].attempts, lane.id)
        return None

    async def sent(self, parcel: Parcel, keys: Sequence[str], used: Collection[str] = ()) -> None:
        now = self._clock.real()

        def work(connection: Connection) -> None:
            if used:
                handles.use(connection, parcel.account, used, now)
            connection.execute(
                delete(outbox).where(outbox.c.key.in_(keys), outbox.c.dead_at.is_(None))
            )

        await self._database.write(work, order=timeline_topic(parcel.account))

    async def retry(self, parcel: Parcel, key: str, *, not_before: datetime, reason: str) -> None:
        now = self._clock.real()

        def work(connection: Connection) -> None:
            changes = {"due_at": not_before, "attempts": outbox.c.attempts + 1}
            if handles.came_since(connection, parcel):
                changes = {"due_at": min(now + handles.TOGETHER, not_before), "attempts": 0}
            _change(connection, parcel, outbox.c.key == key, reason=reason, **changes)

        await self._database.write(work)

    async def dead(self, parcel: Parcel, key: str, *, reason: str, blocked: bool) -> None:
        now = self._clock.real()

        def work(connection: Connection) -> None:
            # Whoever blocked us gets none of what still waits: it would be refused just the same.
            which = true() if blocked else outbox.c.key == key
            _change(connection, parcel, which, dead_at=now, reason=reason)
            if blocked:
                theirs = update(accounts).where(accounts.c.id == parcel.lane)
                connection.execute(theirs.values(blocked_at=now))
            talk = connection.execute(_TALK, {"account": parcel.lane}).scalar()
            if talk is not None:
                desk_events.note(connection, "message", talk, now, "system")

        await self._database.write(work)

    async def release(self, parcel: Parcel) -> None:
        await self._database.write(
            lambda c: (
                c.execute(
                    update(accounts)
                    .where(accounts.c.id == parcel.lane, accounts.c.sending_token == parcel.token)
                    .values(sending_token=None, sending_until=None)
                ).rowcount
            )
        )

    async def migrated(self, account: Account, to: Account) -> None:
        now, at = self._clock.real(), self._clock.now()
        await self._database.write(lambda c: migrate(c, account, to, now, at))

    async def aging(
        self, channel: str, *, came_before: datetime, lease_seconds: float
    ) -> Aging | None:
        now = self._clock.real()
        until = now + timedelta(seconds=lease_seconds)
        if not await self._database.read(
            lambda c: handles.find_aging(c, channel, came_before, now)
        ):
            return None
        return await self._database.write(
            lambda c: handles.take_aging(c, channel, came_before, now, until)
        )

    async def offered(self, aging: Aging, *, until: datetime | None) -> None:
        await self._database.write(
            lambda c: handles.offered(c, aging, until), order=timeline_topic(aging.account)
        )


def _change(
    connection: Connection, parcel: Parcel, which: ColumnElement[bool], **changes: object
) -> None:
    """Change messages that wait, while the parcel is still held."""
    held = exists().where(
        accounts.c.id == outbox.c.account_id,
        accounts.c.id == parcel.lane,
        accounts.c.sending_token == parcel.token,
    )
    connection.execute(
        update(outbox).where(which, outbox.c.dead_at.is_(None), held).values(**changes)
    )


def _envelope(row: Row[*tuple[Any, ...]], lane: Row[*tuple[Any, ...]]) -> Envelope:
    """A message with the handles that can still be used, as far as is known."""
    used = lane.reply_used_at is not None
    return Envelope(
        key=row.key,
        account=Account(lane.channel, lane.user),
        author=row.author,
        content=load_outbound(row.content),
        at=row.at,
        name=row.name,
        picture=row.picture,
        reply=None if used and row.reply == lane.reply else row.reply,
        newest=None if used else lane.reply,
    )
