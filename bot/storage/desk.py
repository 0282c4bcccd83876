"""What staff read, from the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, literal, or_, select, update

from bot.channel import Fetched
from bot.messages import Account
from bot.messages.outbound import Text
from bot.messages.shown import for_staff
from bot.ports import Clock, DeskEvent, DeskItem, Found, Undelivered
from bot.storage import desk_events
from bot.storage.database import Database
from bot.storage.encoding import JOINED, TAKEN_BACK, load_outbound
from bot.storage.tables import (
    accounts,
    conversations,
    customers,
    desk_notes,
    media,
    outbox,
    timeline,
)

_ENTRY = (
    select(
        timeline.c.account_id,
        timeline.c.cursor,
        timeline.c.author,
        timeline.c.name,
        timeline.c.at,
        timeline.c.content,
        accounts.c.channel,
        accounts.c.customer_id,
        outbox.c.dead_at,
        outbox.c.reason,
        outbox.c.key,
    )
    .join(accounts, accounts.c.id == timeline.c.account_id)
    .outerjoin(
        outbox,
        and_(outbox.c.account_id == timeline.c.account_id, outbox.c.cursor == timeline.c.cursor),
    )
    .where(timeline.c.cursor > accounts.c.hidden_cursor)
)
_SAID = (
    _ENTRY.where(timeline.c.account_id == bindparam("account"), timeline.c.at <= bindparam("until"))
    .order_by(timeline.c.cursor.desc())
    .limit(bindparam("limit"))
)
_SENT = (
    select(media.c.id, media.c.account_id, media.c.at, media.c.name, media.c.content_type)
    .where(media.c.account_id == bindparam("account"), media.c.at <= bindparam("until"))
    .order_by(media.c.id.desc())
    .limit(bindparam("limit"))
)
_NOTED = (
    select(desk_notes)
    .where(desk_notes.c.customer_id == bindparam("customer"), desk_notes.c.at <= bindparam("until"))
    .order_by(desk_notes.c.id.desc())
    .limit(bindparam("limit"))
)
_CUSTOMER = (
    select(conversations.c.customer_id, customers.c.merged_into)
    .join(customers, customers.c.id == conversations.c.customer_id)
    .where(conversations.c.id == bindparam("talk"))
)
_MERGED = select(customers.c.id, customers.c.merged_into).where(
    customers.c.id == bindparam("customer")
)
_ACCOUNTS = select(accounts.c.id, accounts.c.channel).where(
    accounts.c.customer_id == bindparam("customer")
)
_DEAD = (
    select(
        outbox,
        accounts.c.channel,
        accounts.c.user,
        conversations.c.id.label("talk"),
        timeline.c.content,
    )
    .join(accounts, accounts.c.id == outbox.c.account_id)
    .join(conversations, conversations.c.customer_id == accounts.c.customer_id)
    .join(
        timeline,
        and_(timeline.c.account_id == outbox.c.account_id, timeline.c.cursor == outbox.c.cursor),
    )
    .where(outbox.c.dead_at.is_not(None))
    .order_by(outbox.c.dead_at, outbox.c.id)
)
_MEDIUM = (
    select(media.c.name, media.c.content, media.c.content_type, conversations.c.id.label("talk"))
    .join(accounts, accounts.c.id == media.c.account_id)
    .join(conversations, conversations.c.customer_id == accounts.c.customer_id)
    .where(media.c.id == bindparam("id"))
)
_MASKED = '%"masked":"%'
_END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)


class SqlDesk:
    """`bot.ports.Desk`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def timeline(
        self, conversation_id: str, before: str | None, limit: int
    ) -> Sequence[DeskItem]:
        ahead = self._clock.now() - self._clock.real()

        def read(connection: Connection) -> list[DeskItem]:
            customer = _customer(connection, conversation_id)
            if customer is None:
                return []
            items = _entries(connection, customer, _moment(connection, before), limit, ahead)
            items.sort(key=lambda item: (item.at, *_place(item.id)))
            ids = [item.id for item in items]
            if before in ids:
                items = items[: ids.index(before)]
            return items[-limit:]

        return await self._database.scan(read)

    async def search(self, words: str, before: str | None, limit: int) -> Sequence[Found]:
        def read(connection: Connection) -> list[Found]:
            until = _moment(connection, before)
            rows = connection.execute(_search(words.split(), until, limit + 1)).all()
            found = [Found(row.talk, row.called or row.known or "", _entry(row)) for row in rows]
            return [one for one in found if one.item.id != before][:limit]

        return await self._database.scan(read)

    async def media(self, media_id: int) -> tuple[str, Fetched] | None:
        row = await self._database.scan(lambda c: c.execute(_MEDIUM, {"id": media_id}).first())
        return (row.talk, Fetched(row.content, row.content_type)) if row else None

    async def undelivered(self) -> Sequence[Undelivered]:
        rows = await self._database.scan(lambda c: c.execute(_DEAD).all())
        return [
            Undelivered(
                row.key,
                Account(row.channel, row.user),
                row.reason,
                row.dead_at,
                row.talk,
                for_staff(load_outbound(row.content)),
            )
            for row in rows
        ]

    async def send_again(self, key: str) -> bool:
        now = self._clock.real()
        alive = {"dead_at": None, "due_at": now, "attempts": 0, "reason": None, "reply": None}
        again = update(outbox).where(outbox.c.key == key, outbox.c.dead_at.is_not(None))
        return await self._database.write(lambda c: c.execute(again.values(**alive)).rowcount == 1)

    async def newest(self) -> str:
        return await self._database.read(desk_events.newest)

    async def events(self, after: str, limit: int) -> Sequence[DeskEvent] | None:
        return await self._database.read(lambda c: desk_events.after(c, after, limit))

    async def forget_events(self, before: datetime) -> int:
        return await self._database.write(lambda c: desk_events.forget(c, before))


def _customer(connection: Connection, conversation_id: str) -> str | None:
    row = connection.execute(_CUSTOMER, {"talk": conversation_id}).first()
    if row is None:
        return None
    customer, merged = row.customer_id, row.merged_into
    while merged is not None:
        customer, merged = connection.execute(_MERGED, {"customer": merged}).one()
    return str(customer)


def _entries(
    connection: Connection, customer: str, until: datetime, limit: int, ahead: timedelta
) -> list[DeskItem]:
    """The last `limit` of each kind; `ahead` is how far business time is ahead of real time."""
    many = {"until": until, "limit": limit + 1}
    items: list[DeskItem] = []
    for account in connection.execute(_ACCOUNTS, {"customer": customer}).all():
        theirs = {**many, "account": account.id}
        items += [_entry(row) for row in connection.execute(_SAID, theirs).all()]
        real = {**theirs, "until": until - ahead}
        for row in connection.execute(_SENT, real).all():
            items.append(
                DeskItem(
                    f"m-{account.id}-{row.id}",
                    "customer",
                    row.at + ahead,
                    account.channel,
                    name=row.name,
                    media=(row.id, row.content_type),
                )
            )
    for row in connection.execute(_NOTED, {**many, "customer": customer}).all():
        items.append(_note(row))
    return items


def _note(row: Row[*tuple[Any, ...]]) -> DeskItem:
    if row.text == JOINED:
        return DeskItem(f"n-0-{row.id}", "note", row.at, joined=True)
    return DeskItem(f"n-0-{row.id}", "note", row.at, "", Text(row.text), row.name)


def _entry(row: Row[*tuple[Any, ...]]) -> DeskItem:
    content = load_outbound(row.content)
    erased = content == TAKEN_BACK
    return DeskItem(
        f"t-{row.account_id}-{row.cursor}",
        row.author,
        row.at,
        row.channel,
        None if erased else for_staff(content),
        row.name,
        failed=(row.reason or "failed") if row.dead_at is not None else None,
        key=row.key if row.dead_at is not None else None,
        erased=erased,
    )


def _place(item_id: str) -> tuple[str, int, int]:
    kind, account, number = item_id.split("-")
    return kind, int(account), int(number)


def _moment(connection: Connection, item_id: str | None) -> datetime:
    """When an entry was made: those before it are no later."""
    if item_id is None:
        return _END_OF_TIME
    try:
        kind, account, number = _place(item_id)
    except ValueError:
        return _END_OF_TIME
    at = {
        "t": select(timeline.c.at).where(
            timeline.c.account_id == account, timeline.c.cursor == number
        ),
        "n": select(desk_notes.c.at).where(desk_notes.c.id == number),
        "m": select(media.c.at).where(media.c.id == number),  # real time: near enough for a start
    }.get(kind)
    found = connection.execute(at).scalar() if at is not None else None
    return found or _END_OF_TIME


def _search(words: Sequence[str], until: datetime, limit: int) -> Any:
    """Lines with all these words in them, or of customers called so, newest first."""
    found = _ENTRY.add_columns(
        conversations.c.id.label("talk"),
        customers.c.name.label("called"),
        accounts.c.display_name.label("known"),
    )
    found = found.join(customers, customers.c.id == accounts.c.customer_id)
    found = found.join(conversations, conversations.c.customer_id == customers.c.id)
    named = and_(
        literal(True),
        *(
            or_(
                customers.c.name.icontains(word, autoescape=True),
                accounts.c.display_name.icontains(word, autoescape=True),
            )
            for word in words
        ),
    )
    # Who could find a masked secret by its digits could guess it, digit by digit.
    said = and_(
        timeline.c.content.not_like(_MASKED),
        *(timeline.c.content.icontains(word, autoescape=True) for word in words),
    )
    return (
        found.where(or_(said, named), timeline.c.at <= until)
        .order_by(timeline.c.at.desc(), timeline.c.account_id, timeline.c.cursor.desc())
        .limit(limit)
    )
