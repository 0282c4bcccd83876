"""What changed for staff, noted within the transaction that changed it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    String,
    and_,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
)

from bot.ports import DeskEvent
from bot.storage.tables import desk_events

_IN_ORDER = select(desk_events).order_by(desk_events.c.moment, desk_events.c.id)
_NUMBER = cast(cast(func.pg_current_xact_id(), String), BigInteger)
_SETTLED = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), String), BigInteger)
START = "0-0"


def note(
    connection: Connection,
    kind: str,
    conversation_id: str,
    now: datetime,
    author: str = "",
    *,
    goes_on: str | None = None,
) -> None:
    """Note a change; `now` is real time."""
    moment = _NUMBER if connection.dialect.name == "postgresql" else 0
    connection.execute(
        insert(desk_events).values(
            moment=moment,
            at=now,
            kind=kind,
            conversation_id=conversation_id,
            author=author,
            goes_on=goes_on,
        )
    )


def newest(connection: Connection) -> str:
    """The cursor behind everything that is settled."""
    last = select(desk_events.c.moment, desk_events.c.id)
    if connection.dialect.name == "postgresql":
        last = last.where(desk_events.c.moment < _SETTLED)
    row = connection.execute(
        last.order_by(desk_events.c.moment.desc(), desk_events.c.id.desc()).limit(1)
    ).first()
    return f"{row.moment}-{row.id}" if row else START


def after(connection: Connection, cursor: str, limit: int) -> list[DeskEvent] | None:
    """Events behind a cursor, oldest first; None when it cannot be told any more."""
    place = _place(cursor)
    if place is None or not _is_known(connection, place):
        return None
    moment, number = place
    behind = or_(
        desk_events.c.moment > moment,
        and_(desk_events.c.moment == moment, desk_events.c.id > number),
    )
    events = _IN_ORDER.where(behind).limit(limit)
    if connection.dialect.name == "postgresql":
        # A transaction that is still under way may bring events that belong before these.
        events = events.where(desk_events.c.moment < _SETTLED)
    return [_event(row) for row in connection.execute(events).all()]


def _is_known(connection: Connection, place: tuple[int, int]) -> bool:
    """Is the event there still? The start is, while nothing was forgotten."""
    if place == (0, 0):
        first = connection.execute(select(func.min(desk_events.c.id))).scalar()
        return first is None or first == 1
    moment, number = place
    there = select(desk_events.c.id).where(
        desk_events.c.id == number, desk_events.c.moment == moment
    )
    return connection.execute(there).first() is not None


def forget(connection: Connection, before: datetime) -> int:
    """Drop what was noted before then (real time), but never the newest: cursors rest on it."""
    newest_id = select(func.max(desk_events.c.id)).scalar_subquery()
    old = delete(desk_events).where(desk_events.c.at < before, desk_events.c.id != newest_id)
    return connection.execute(old).rowcount


def _place(cursor: str) -> tuple[int, int] | None:
    moment, _, number = cursor.partition("-")
    if not (moment.isascii() and moment.isdigit() and number.isascii() and number.isdigit()):
        return None
    return int(moment[:19]), int(number[:18])


def _event(row: Row[tuple[int, int, datetime, str, str, str, str | None]]) -> DeskEvent:
    cursor, goes_on = f"{row.moment}-{row.id}", row.goes_on or ""
    return DeskEvent(cursor, row.kind, row.conversation_id, row.author, goes_on)
