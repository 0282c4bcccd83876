"""Hand-offs as rows, within a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.dialogue import codec
from bot.handoff.desk import NOBODYS, Case, State, joined
from bot.messages import Account
from bot.storage import accounts as shared
from bot.storage import desk_events
from bot.storage.tables import conversations, handoffs

COLUMNS = tuple(
    column.label(f"handoff_{column.name}")
    for column in handoffs.c
    if column.name not in ("customer_id", "account_id", "current", "summary", "rating", "ended_at")
)
"""What `of` reads a case from, to be selected beside other things."""
_CURRENT = select(*COLUMNS).where(
    handoffs.c.customer_id == bindparam("customer"), handoffs.c.current
)
_END = (
    update(handoffs)
    .where(handoffs.c.customer_id == bindparam("customer"), handoffs.c.current)
    .values(current=False)
)
_HAD = (
    select(handoffs.c.last_agent_id)
    .where(handoffs.c.customer_id == bindparam("customer"), handoffs.c.last_agent_id.is_not(None))
    .order_by(handoffs.c.id.desc())
    .limit(1)
)
"""Who had the customer before: they know each other."""
_TALK_ID = select(conversations.c.id).where(conversations.c.customer_id == bindparam("customer"))


def of(row: Row[*tuple[Any, ...]]) -> Case:
    """The case in a row that has `COLUMNS`; one in state `BOT` where there is none."""
    if row.handoff_id is None:
        return NOBODYS
    return Case(
        id=row.handoff_id,
        state=State(row.handoff_state),
        reason=row.handoff_reason,
        topic=row.handoff_topic,
        priority=row.handoff_priority,
        asked_at=row.handoff_asked_at,
        since=row.handoff_since,
        agent=row.handoff_agent_id,
        last_agent=row.handoff_last_agent_id,
        wanted_agent=row.handoff_wanted_agent_id,
        taken_at=row.handoff_taken_at,
        turn=row.handoff_turn,
        store=row.handoff_store_id,
        unread=row.handoff_unread,
        end=row.handoff_end,
    )


def current(connection: Connection, customer_id: str) -> Case:
    """A customer's current case."""
    row = connection.execute(_CURRENT, {"customer": customer_id}).first()
    return of(row) if row else NOBODYS


def store(
    connection: Connection,
    customer_id: str,
    case: Case,
    now: datetime,
    *,
    wrote: Account | None = None,
    summary: Mapping[str, Any] | None = None,
) -> None:
    """Keep what became of a customer's case. `now` is real time, `wrote` where they just wrote."""
    values = _values(case)
    if wrote is not None and (known := shared.find(connection, wrote)):
        values["account_id"] = known.id
    if case.id is None:
        owner = {"customer": customer_id}
        connection.execute(_END, owner)
        values["last_agent_id"] = case.last_agent or connection.execute(_HAD, owner).scalar()
        values |= {"customer_id": customer_id, "summary": codec.dumps(dict(summary or {}))}
        connection.execute(insert(handoffs), values)
    else:
        connection.execute(update(handoffs).where(handoffs.c.id == case.id).values(**values))
    talk = connection.execute(_TALK_ID, {"customer": customer_id}).scalar_one()
    desk_events.note(connection, "queue", talk, now)


def _values(case: Case) -> dict[str, Any]:
    return {
        "current": case.state is not State.BOT,
        "state": case.state.value,
        "reason": case.reason,
        "topic": case.topic,
        "priority": case.priority,
        "asked_at": case.asked_at,
        "since": case.since,
        "agent_id": case.agent,
        "last_agent_id": case.last_agent,
        "wanted_agent_id": case.wanted_agent,
        "taken_at": case.taken_at,
        "turn": case.turn,
        "store_id": case.store,
        "unread": case.unread,
        "end": case.end,
        "ended_at": None if case.is_open else case.since,
    }


def join(connection: Connection, giver: str, into: str, now: datetime) -> None:
    """The cases of two customers whose talks are joined; `now` is real time."""
    ours, theirs = current(connection, into), current(connection, giver)
    if theirs.id is None:
        return
    moment = theirs.since if ours.since is None else max(filter(None, (ours.since, theirs.since)))
    assert moment is not None
    kept, other = joined(ours, theirs, moment)
    if other.id is not None:
        ended = {**_values(other), "current": False}
        connection.execute(update(handoffs).where(handoffs.c.id == other.id).values(**ended))
    owner = {"customer_id": into}
    connection.execute(update(handoffs).where(handoffs.c.id == theirs.id).values(**owner))
    if kept.id is not None:
        connection.execute(update(handoffs).where(handoffs.c.id == kept.id).values(**_values(kept)))
    for customer in (giver, into):
        talk = connection.execute(_TALK_ID, {"customer": customer}).scalar_one()
        desk_events.note(connection, "queue", talk, now)
