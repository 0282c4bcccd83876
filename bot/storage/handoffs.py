"""Who has which talk, in the database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, select, update

from bot.dialogue import codec
from bot.handoff.desk import OPEN, QUEUED, Case
from bot.handoff.queue import Waiting
from bot.messages import Account
from bot.messages.account import timeline_topic
from bot.messages.inbound import Inbound
from bot.ports import (
    Bell,
    Change,
    Clock,
    Decide,
    DeskTalk,
    KnownAccount,
    LastWords,
    Note,
    QueueRow,
    Whole,
)
from bot.storage import accounts as shared
from bot.storage import cases, desk_events, outgoing
from bot.storage.database import Database
from bot.storage.encoding import load_outbound, words_of
from bot.storage.settings import StorageSettings
from bot.storage.tables import (
    accounts,
    conversations,
    customers,
    desk_notes,
    handoffs,
    letters,
    timeline,
)
from bot.storage.trust import trust

PREVIEW = 80
_TALKS = (
    select(
        conversations.c.id,
        conversations.c.customer_id,
        conversations.c.language,
        conversations.c.flagged,
        conversations.c.muted_until,
        customers.c.merged_into,
        customers.c.name,
        customers.c.member_id,
        handoffs.c.account_id,
        *cases.COLUMNS,
    )
    .join(customers, customers.c.id == conversations.c.customer_id)
    .outerjoin(
        handoffs,
        and_(handoffs.c.customer_id == conversations.c.customer_id, handoffs.c.current),
    )
)
_ONE = _TALKS.where(conversations.c.id == bindparam("talk"))
_LOCKED = (
    select(conversations.c.id).where(conversations.c.id == bindparam("talk")).with_for_update()
)
_OF_CUSTOMER = _TALKS.where(conversations.c.customer_id == bindparam("customer"))
_OPEN = _TALKS.where(handoffs.c.state.in_([state.value for state in OPEN]))
_OPEN_AMONG = _OPEN.where(conversations.c.id.in_(bindparam("ids", expanding=True)))
_CASES = (
    select(conversations.c.id, *cases.COLUMNS)
    .join(handoffs, handoffs.c.customer_id == conversations.c.customer_id)
    .where(handoffs.c.current, handoffs.c.state.in_([state.value for state in OPEN]))
)
_WAITING = (
    select(conversations.c.id, conversations.c.language, *cases.COLUMNS)
    .join(handoffs, handoffs.c.customer_id == conversations.c.customer_id)
    .where(handoffs.c.current, handoffs.c.state.in_([state.value for state in QUEUED]))
)
_ACCOUNTS = select(accounts).where(accounts.c.customer_id.in_(bindparam("ids", expanding=True)))
_NEWEST_ENTRY = and_(
    accounts.c.id == timeline.c.account_id, accounts.c.last_cursor == timeline.c.cursor
)
_LAST = (
    select(accounts.c.customer_id, timeline.c.author, timeline.c.at, timeline.c.content)
    .join(accounts, _NEWEST_ENTRY)
    .where(accounts.c.customer_id.in_(bindparam("ids", expanding=True)))
    .where(timeline.c.cursor > accounts.c.hidden_cursor)
    .order_by(timeline.c.at, timeline.c.cursor)
)
_ACCOUNTS_BY_USE = _ACCOUNTS.outerjoin(timeline, _NEWEST_ENTRY).order_by(
    timeline.c.at.is_not(None), timeline.c.at, accounts.c.id
)
_HANDLED = select(handoffs.c.taken_at, handoffs.c.ended_at).where(
    handoffs.c.ended_at >= bindparam("since"), handoffs.c.taken_at.is_not(None)
)
_LATEST_ENDED = select(func.max(handoffs.c.id)).where(
    handoffs.c.customer_id == bindparam("customer"),
    handoffs.c.ended_at.is_not(None),
    handoffs.c.taken_at.is_not(None),
)


class SqlHandoffs:
    """`bot.ports.Handoffs`. `put` stores a letter within a transaction."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        bell: Bell,
        settings: StorageSettings,
        put: Callable[[Connection, Inbound], bool],
    ) -> None:
        self._put = put
        self._database = database
        self._clock = clock
        self._bell = bell
        self._settings = settings

    async def change(self, conversation_id: str, decide: Decide) -> DeskTalk | None:
        def work(connection: Connection) -> tuple[DeskTalk, Change] | None:
            talk = _locked(connection, conversation_id)
            if talk is None:
                return None
            change = decide(talk)
            if change.once is not None and not self._is_first(connection, talk, change.once):
                return talk, Change(talk.case)
            self._store(connection, talk, change)
            return talk, change

        done = await self._database.write(work)
        if done is None:
            return None
        talk, change = done
        self._announce(change)
        return change.applied(talk)

    def _is_first(self, connection: Connection, talk: DeskTalk, once: str) -> bool:
        """What staff send is kept among the letters by its key, as what customers send is."""
        if talk.account is None or (known := shared.find(connection, talk.account)) is None:
            return True
        now = self._clock.real()
        row = {"channel": "desk", "event_id": once, "account_id": known.id, "at": now}
        sent = shared.insert_new(connection.dialect.name, letters).returning(letters.c.id)
        return connection.execute(sent, {**row, "done_at": now}).first() is not None

    def _store(self, connection: Connection, talk: DeskTalk, change: Change) -> None:
        now = self._clock.real()
        if change.case != talk.case:
            cases.store(connection, talk.customer_id, change.case, now)
        if change.case != talk.case or change.muted_until is not None:
            _move_on(connection, talk.customer_id)
        if change.conduct:
            treated = update(conversations).where(conversations.c.id == talk.conversation_id)
            connection.execute(treated.values(change.conduct))
            desk_events.note(connection, "queue", talk.conversation_id, now)
        if change.note is not None:
            self._write_down(connection, talk, change.note)
        for letter in change.letters:
            self._put(connection, letter)
        if change.out:
            outgoing.say(connection, change.out, self._settings.pulled, now)
        if change.out or change.note:
            author = change.out[-1].author if change.out else "note"
            desk_events.note(connection, "message", talk.conversation_id, now, author)
        if change.calls:
            desk_events.note(connection, "supervisor", talk.conversation_id, now)

    def _write_down(self, connection: Connection, talk: DeskTalk, note: Note) -> None:
        connection.execute(
            insert(desk_notes),
            {
                "customer_id": talk.customer_id,
                "agent_id": note.agent_id,
                "name": note.name,
                "at": self._clock.now(),
                "text": note.text,
            },
        )

    def _announce(self, change: Change) -> None:
        self._bell.ring("desk")
        outgoing.announce(self._bell, change.out, self._settings.pulled)
        for letter in change.letters:
            self._bell.call("mailbox")
            self._bell.ring(timeline_topic(letter.account))

    async def open(self, among: Collection[str] | None = None) -> Sequence[QueueRow]:
        def read(connection: Connection) -> Sequence[QueueRow]:
            if among is None:
                return _rows(connection, connection.execute(_OPEN).all())
            return _rows(connection, connection.execute(_OPEN_AMONG, {"ids": list(among)}).all())

        return await self._database.scan(read)

    async def cases(self) -> Mapping[str, Case]:
        rows = await self._database.scan(lambda c: c.execute(_CASES).all())
        return {row.id: cases.of(row) for row in rows}

    async def waiting(self) -> Sequence[Waiting]:
        rows = await self._database.scan(lambda c: c.execute(_WAITING).all())
        return [Waiting(row.id, cases.of(row), row.language) for row in rows]

    async def row(self, conversation_id: str) -> QueueRow | None:
        return await self._database.scan(lambda c: _row(c, conversation_id))

    async def whole(self, conversation_id: str) -> Whole | None:
        def read(connection: Connection) -> Whole | None:
            row = _row(connection, conversation_id)
            return self._whole(connection, row) if row else None

        return await self._database.scan(read)

    def _whole(self, connection: Connection, row: QueueRow) -> Whole:
        customer = row.talk.customer_id
        talk = connection.execute(
            select(conversations.c.body, customers.c.member_id)
            .join(customers, customers.c.id == conversations.c.customer_id)
            .where(conversations.c.customer_id == customer)
        ).one()
        summary = connection.execute(
            select(handoffs.c.summary).where(handoffs.c.id == row.talk.case.id)
        ).scalar()
        theirs = connection.execute(_ACCOUNTS, {"ids": [customer]}).all()
        return Whole(
            row,
            codec.decode(talk.body, row.talk.conversation_id),
            talk.member_id,
            tuple(self._known(account) for account in theirs),
            codec.loads(summary) if summary else {},
        )

    def _known(self, row: Row[*tuple[Any, ...]]) -> KnownAccount:
        level = trust(row.linked_at, row.proven_at, row.used_at, self._clock.real())
        return KnownAccount(
            Account(row.channel, row.user),
            row.display_name or "",
            level.name.lower(),
            row.blocked_at is not None,
        )

    async def of(self, account: Account) -> DeskTalk | None:
        def read(connection: Connection) -> DeskTalk | None:
            known = shared.find(connection, account)
            if known is None:
                return None
            row = connection.execute(_OF_CUSTOMER, {"customer": known.customer_id}).one()
            return _talks(connection, [row])[0]

        return await self._database.read(read)

    async def handled(self, since: datetime) -> Sequence[timedelta]:
        rows = await self._database.scan(lambda c: c.execute(_HANDLED, {"since": since}).all())
        return [row.ended_at - row.taken_at for row in rows]

    async def rate(self, account: Account, stars: int) -> bool:
        def work(connection: Connection) -> bool:
            known = shared.find(connection, account)
            if known is None:
                return False
            which = connection.execute(_LATEST_ENDED, {"customer": known.customer_id}).scalar()
            rated = update(handoffs).where(handoffs.c.id == which).values(rating=stars)
            return connection.execute(rated).rowcount == 1

        return await self._database.write(work)


def _locked(connection: Connection, conversation_id: str) -> DeskTalk | None:
    """The talk, or the one it was joined with, locked."""
    connection.execute(_LOCKED, {"talk": conversation_id})
    row = connection.execute(_ONE, {"talk": conversation_id}).first()
    if row is None:
        return None
    if row.merged_into is not None:
        into = connection.execute(_OF_CUSTOMER, {"customer": row.merged_into}).one()
        return _locked(connection, into.id)
    return _talks(connection, [row])[0]


def _row(connection: Connection, conversation_id: str) -> QueueRow | None:
    row = connection.execute(_ONE, {"talk": conversation_id}).first()
    while row is not None and row.merged_into is not None:
        row = connection.execute(_OF_CUSTOMER, {"customer": row.merged_into}).first()
    return _rows(connection, [row])[0] if row else None


def _rows(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[QueueRow]:
    ids = [row.customer_id for row in rows]
    theirs = connection.execute(_ACCOUNTS_BY_USE, {"ids": ids}).all()
    last = _last_words(connection, ids)
    names = {one.customer_id: one.display_name for one in theirs if one.display_name}
    return [
        QueueRow(
            talk,
            row.name or names.get(row.customer_id, ""),
            row.member_id is not None,
            last.get(row.customer_id),
        )
        for row, talk in zip(rows, _with_accounts(rows, theirs), strict=True)
    ]


def _last_words(connection: Connection, ids: list[str]) -> dict[str, LastWords]:
    newest = {row.customer_id: row for row in connection.execute(_LAST, {"ids": ids}).all()}
    return {
        customer: LastWords(row.author, row.at, words_of(load_outbound(row.content))[:PREVIEW])
        for customer, row in newest.items()
    }


def _talks(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[DeskTalk]:
    ids = {"ids": [row.customer_id for row in rows]}
    return _with_accounts(rows, connection.execute(_ACCOUNTS_BY_USE, ids).all())


def _with_accounts(
    rows: Sequence[Row[*tuple[Any, ...]]], accounts_by_use: Sequence[Row[*tuple[Any, ...]]]
) -> list[DeskTalk]:
    """Rows as talks, each with the account the customer wrote on last."""
    known: dict[str, dict[int, tuple[Account, bool]]] = {}
    # The one with the newest entry comes last.
    for account in accounts_by_use:
        theirs = known.setdefault(account.customer_id, {})
        blocked = account.blocked_at is not None
        theirs[account.id] = Account(account.channel, account.user), blocked
    talks = []
    for row in rows:
        theirs = known.get(row.customer_id, {})
        # An account that was let go meanwhile is somebody else's.
        wrote = theirs.get(row.account_id) or next(reversed(theirs.values()), (None, False))
        talk = DeskTalk(row.id, row.customer_id, row.language, cases.of(row), *wrote)
        talks.append(replace(talk, flagged=row.flagged, muted_until=row.muted_until))
    return talks


def _move_on(connection: Connection, customer_id: str) -> None:
    """A turn of the bot that is under way must not be told any more."""
    connection.execute(
        update(conversations)
        .where(conversations.c.customer_id == customer_id)
        .values(version=conversations.c.version + 1)
    )
