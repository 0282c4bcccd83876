"""Accounts and talks that go over from one customer to another, within a transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.customers.linking import Party
from bot.dialogue import codec
from bot.dialogue.joining import joined, joined_focus, parted
from bot.dialogue.state import Conversation
from bot.ports import COUNTER, Proof
from bot.storage import cases, desk_events, people
from bot.storage.encoding import JOINED
from bot.storage.tables import accounts, audit, conversations, customers, desk_notes, handoffs


def parties(connection: Connection, where: Any) -> list[Party]:
    """The customers, locked in the order of their ids."""
    rows = connection.execute(
        select(customers.c.id, customers.c.member_id)
        .where(where)
        .order_by(customers.c.id)
        .with_for_update()
    ).all()
    return [Party(row.id, row.member_id, _accounts(connection, row.id)) for row in rows]


def _accounts(connection: Connection, customer_id: str) -> int:
    owned = select(accounts.c.id).where(accounts.c.customer_id == customer_id).limit(2)
    return len(connection.execute(owned).all())


def become(connection: Connection, customer_id: str, proof: Proof) -> None:
    """A customer nobody knew is this member."""
    connection.execute(
        update(customers)
        .where(customers.c.id == customer_id)
        .values(member_id=proof.member_id, name=proof.name, usual_store=proof.usual_store)
    )
    if proof.language:
        connection.execute(
            update(conversations)
            .where(conversations.c.customer_id == customer_id)
            .values(language=proof.language)
        )


def merge(connection: Connection, emptied: str, into: str, now: datetime, at: datetime) -> None:
    """A customer nobody knew becomes part of another; their talks are joined.

    Turns that are under way for either find the version moved on, and are answered again. `now` is
    real time, `at` business time.
    """
    lend(connection, emptied, into, now, at, forget=True)
    _take_over_conduct(connection, emptied, into)
    for table in (accounts, handoffs, desk_notes):
        connection.execute(
            update(table).where(table.c.customer_id == emptied).values(customer_id=into)
        )
    connection.execute(update(customers).where(customers.c.id == emptied).values(merged_into=into))


def _take_over_conduct(connection: Connection, emptied: str, into: str) -> None:
    """A talk that was flagged or muted stays so; both are locked."""
    both = select(conversations.c.flagged, conversations.c.muted_until).where(
        conversations.c.customer_id.in_((emptied, into))
    )
    rows = connection.execute(both).all()
    flagged = any(row.flagged for row in rows)
    muted = max((row.muted_until for row in rows if row.muted_until), default=None)
    treated = update(conversations).where(conversations.c.customer_id == into)
    connection.execute(treated.values(flagged=flagged, muted_until=muted))


def lend(
    connection: Connection,
    giver: str,
    into: str,
    now: datetime,
    at: datetime,
    *,
    forget: bool = False,
) -> None:
    """What was open with one customer goes on with another; the giver keeps what was spoken of.

    A wish for a person goes along, with what the counter noted of it; staff who are concerned are
    told, and see it in the talk. Both versions move on. `now` is real time, `at` business time.
    With `forget`, the giver keeps nothing.
    """
    if any(cases.current(connection, one).is_open for one in (giver, into)):
        _tell_staff(connection, giver, into, now, at)
    talks = _talks(connection, giver, into)
    ours, theirs = talks[into], talks[giver]
    whole = joined(codec.decode(ours.body, ours.id), codec.decode(theirs.body, theirs.id))
    focus = joined_focus(people.focus(ours.focus), people.focus(theirs.focus))
    _set_talk(connection, into, whole, codec.dumps(focus))
    left = codec.dumps(people.focus("")) if forget else theirs.focus
    emptied = Conversation(theirs.id, serial=whole.serial)
    _set_talk(connection, giver, emptied, left)
    _bring_wish(connection, giver, into, now)


def _tell_staff(connection: Connection, giver: str, into: str, now: datetime, at: datetime) -> None:
    """The one talk goes on as part of the other."""
    _follow(connection, giver, into, now)
    note = {"customer_id": into, "agent_id": COUNTER, "name": "", "at": at, "text": JOINED}
    connection.execute(insert(desk_notes), note)


def _follow(connection: Connection, giver: str, into: str, now: datetime) -> None:
    """Whoever looks at the one talk goes on with the other."""
    talks = _talks(connection, giver, into)
    old, new = talks[giver].id, talks[into].id
    desk_events.note(connection, "joined", old, now, goes_on=new)


def _bring_wish(connection: Connection, giver: str, into: str, now: datetime) -> None:
    """Who waits for a person waits as the other customer from now on."""
    if cases.current(connection, giver).is_open:
        _take_over_conduct(connection, giver, into)
        wishes = update(desk_notes).where(
            desk_notes.c.customer_id == giver, desk_notes.c.agent_id == COUNTER
        )
        connection.execute(wishes.values(customer_id=into))
    cases.join(connection, giver, into, now)


def part(connection: Connection, account_id: int, before: str, after: str, now: datetime) -> None:
    """The account that asks to be let go becomes `after`, a customer nobody knows yet.

    What it was just asked goes along, and so does a wish for a person where no other account of
    `before` is left to be answered on. `now` is real time.
    """
    talks = _talks(connection, before, after)
    left, alone = (codec.decode(talks[one].body, talks[one].id) for one in (before, after))
    for customer, talk in zip((before, after), parted(left, alone), strict=True):
        _set_talk(connection, customer, talk, talks[customer].focus)
    move(connection, account_id, before, after)
    if not _accounts(connection, before):
        if cases.current(connection, before).is_open:
            _follow(connection, before, after, now)
        _bring_wish(connection, before, after, now)


def _talks(connection: Connection, *owners: str) -> dict[str, Row[*tuple[Any, ...]]]:
    """The customers' talks by owner, locked in the order of their ids."""
    rows = connection.execute(
        select(conversations)
        .where(conversations.c.customer_id.in_(owners))
        .order_by(conversations.c.customer_id)
        .with_for_update()
    ).all()
    return {row.customer_id: row for row in rows}


def _set_talk(
    connection: Connection, customer_id: str, conversation: Conversation, focus: str
) -> None:
    connection.execute(
        update(conversations)
        .where(conversations.c.customer_id == customer_id)
        .values(
            body=codec.encode(conversation),
            focus=focus,
            version=conversations.c.version + 1,
        )
    )


def move(
    connection: Connection, account_id: int, before: str, after: str, *, hide: bool = False
) -> None:
    """Only the account goes over; with `hide`, what was said on it is no longer shown."""
    connection.execute(
        update(conversations)
        .where(conversations.c.customer_id == before)
        .values(version=conversations.c.version + 1)
    )
    hidden = {"hidden_cursor": accounts.c.last_cursor} if hide else {}
    connection.execute(
        update(accounts)
        .where(accounts.c.id == account_id, accounts.c.customer_id == before)
        .values(customer_id=after, **hidden)
    )


def untrust(connection: Connection, account_id: int) -> None:
    """The account is nobody's we know."""
    connection.execute(
        update(accounts)
        .where(accounts.c.id == account_id)
        .values(linked_at=None, proven_at=None, used_at=None, session=None)
    )


def note(
    connection: Connection,
    action: str,
    *,
    account_id: int,
    at: datetime,
    by: str,
    customer_id: str,
    member_id: str | None = None,
    from_customer_id: str | None = None,
) -> None:
    """Write into the audit log what became of an account."""
    connection.execute(
        insert(audit),
        {
            "at": at,
            "action": action,
            "by": by,
            "account_id": account_id,
            "customer_id": customer_id,
            "from_customer_id": from_customer_id,
            "member_id": member_id,
        },
    )
