"""Inbound messages in the database, each once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Update, and_, bindparam, exists, or_, select, update

from bot.dialogue import codec
from bot.dialogue.values import Unreadable
from bot.handoff.desk import Wanted, after
from bot.messages import Account, inbound
from bot.messages.account import timeline_topic
from bot.messages.inbound import Inbound, asks_for_answer
from bot.ports import Bell, Claim, Clock, Letter
from bot.storage import accounts as shared
from bot.storage import cases, handles
from bot.storage.database import Database
from bot.storage.encoding import dump_message, load_inbound, own_words
from bot.storage.erasing import erase
from bot.storage.renaming import migrate
from bot.storage.settings import StorageSettings
from bot.storage.tables import accounts, conversations, letters
from bot.storage.waiting import DUE, WAITING

TO_THE_SECOND = timedelta(seconds=1)
"""Some platforms tell no time more closely than that."""
_TALK = select(conversations.c.id, conversations.c.body).where(
    conversations.c.customer_id == bindparam("customer")
)
_OTHERS = accounts.alias("others")
_FAILED = letters.alias("failed")
_BACKED_OFF = exists().where(
    _OTHERS.c.customer_id == conversations.c.customer_id,
    _FAILED.c.account_id == _OTHERS.c.id,
    _FAILED.c.due_at > bindparam("now"),
    _FAILED.c.held.is_(False),
)
"""A letter that failed keeps those behind it waiting, so that none is answered out of turn."""
_SOMEBODY = (
    select(conversations.c.customer_id)
    .select_from(letters)
    .join(accounts, accounts.c.id == letters.c.account_id)
    .join(conversations, conversations.c.customer_id == accounts.c.customer_id)
    .where(
        letters.c.due_at <= bindparam("now"),
        or_(
            conversations.c.lease_until.is_(None),
            conversations.c.lease_until <= bindparam("now"),
        ),
        ~_BACKED_OFF,
    )
    .order_by(letters.c.due_at)
    .limit(1)
)
_NEXT = _SOMEBODY.with_for_update(of=conversations, skip_locked=True)
_LEASE = (
    update(conversations)
    .where(conversations.c.customer_id == bindparam("customer"))
    .values(lease_token=bindparam("token"), lease_until=bindparam("until"))
)
_CHANGE_LEASE = (
    update(conversations)
    .where(
        conversations.c.customer_id == bindparam("customer"),
        conversations.c.lease_token == bindparam("token"),
    )
    .values(lease_token=bindparam("next_token"), lease_until=bindparam("until"))
)


class SqlMailbox:
    """`bot.ports.Mailbox`."""

    def __init__(
        self, database: Database, clock: Clock, bell: Bell, settings: StorageSettings
    ) -> None:
        self._database = database
        self._clock = clock
        self._bell = bell
        self._settings = settings

    async def put(self, messages: Sequence[Inbound]) -> int:
        if not messages:
            return 0

        def work(connection: Connection) -> int:
            return sum(self.put_one(connection, message) for message in ordered)

        ordered = sorted(messages, key=lambda m: timeline_topic(m.account))
        new = await self._database.write(work, order=timeline_topic(ordered[0].account))
        if new:
            for account in {message.account for message in messages}:
                self._bell.call("mailbox")
                self._bell.ring(timeline_topic(account))
            if any(map(asks_for_answer, messages)):
                self._bell.call("outbox")
        return new

    def put_one(self, connection: Connection, message: Inbound) -> bool:
        """Store one message within a transaction; False when it is known already."""
        now = self._clock.real()
        if isinstance(message, inbound.Migrated):
            former = Account(message.account.channel, message.former)
            migrate(connection, former, message.account, now, self._clock.now())
        language = self._settings.language(message.locale)
        known = shared.ensure(connection, message.account, language, now)
        new = connection.execute(
            _stored(connection.dialect.name),
            {
                "channel": message.account.channel,
                "event_id": message.id,
                "account_id": known.id,
                "at": message.at,
                "payload": dump_message(message),
                "due_at": now,
                "message_id": message.platform_id,
            },
        ).first()
        if new is None:
            return False
        _mark_blocked(connection, known, message, now)
        if message.reply is not None and message.account.channel in self._settings.free:
            handles.keep(connection, known.id, message, now)
        if isinstance(message, inbound.Unsent):
            erase(connection, known.id, message.message_id, now)
        shown = _button(connection, known.customer_id, message)
        words = own_words(message, shown)
        if words is not None:
            entry = shared.Entry("customer", self._clock.now(), words, letter_id=new.id)
            shared.append(connection, message.account, [entry])
        return True

    async def claim(self, worker: str, *, lease_seconds: float) -> Claim | None:
        # Most looks find nobody: a read tells so at a fraction of what a transaction costs.
        now = {"now": self._clock.real()}
        if await self._database.read(lambda c: c.execute(_SOMEBODY, now).first()) is None:
            return None
        return await self._database.write(
            lambda c: self._claim(c, worker, lease_seconds), durable=False
        )

    def _claim(self, connection: Connection, worker: str, lease_seconds: float) -> Claim | None:
        now = self._clock.real()
        lease = {
            "token": f"{worker}:{uuid.uuid4().hex}",
            "until": now + timedelta(seconds=lease_seconds),
        }
        while customer := connection.execute(_NEXT, {"now": now}).scalar():
            rows = connection.execute(WAITING, {"customer": customer}).all()
            waiting = self._readable(connection, customer, rows, now)
            if waiting:
                connection.execute(_LEASE, {"customer": customer, **lease})
                return Claim(customer, str(lease["token"]), waiting)
        return None

    def _readable(
        self,
        connection: Connection,
        customer: str,
        rows: Sequence[Row[*tuple[Any, ...]]],
        now: datetime,
    ) -> tuple[Letter, ...]:
        """What was stored in a form this version does not know is for a person to look at."""
        readable = []
        for row in rows:
            try:
                readable.append(Letter(row.id, load_inbound(row.payload), row.attempts))
            except Unreadable:
                connection.execute(
                    update(letters).where(letters.c.id == row.id).values(due_at=None, done_at=now)
                )
                self._leave_to_staff(connection, customer, row.id)
        return tuple(readable)

    def _leave_to_staff(self, connection: Connection, customer: str, letter: int) -> None:
        """`staffed`: when the desk opens is not for storage to know; the queue looks by itself."""
        case = cases.current(connection, customer)
        wanted = after(case, Wanted("unreadable_message", staffed=True), self._clock.now()).case
        summary = {"letter": letter}
        cases.store(connection, customer, wanted, self._clock.real(), summary=summary)

    async def renew(self, claim: Claim, *, lease_seconds: float) -> bool:
        until = self._clock.real() + timedelta(seconds=lease_seconds)
        return await self._database.write(lambda c: _change_lease(c, claim, claim.token, until))

    async def release(self, claim: Claim) -> None:
        due = {"customer": claim.customer_id, "now": self._clock.real()}

        def work(connection: Connection) -> bool:
            freed = _change_lease(connection, claim, None, None)
            return freed and connection.execute(DUE, due).first() is not None

        if await self._database.write(work):
            self._bell.call("mailbox")

    async def hold(self, claim: Claim, letter: Letter, *, until: datetime) -> None:
        await self._database.write(
            lambda c: c.execute(_of(claim, letter).values(due_at=until, held=True)).rowcount
        )

    async def failed(self, claim: Claim, letter: Letter, *, until: datetime) -> int:
        def work(connection: Connection) -> int:
            connection.execute(
                _of(claim, letter).values(due_at=until, held=False, attempts=letters.c.attempts + 1)
            )
            attempts: int = connection.execute(
                select(letters.c.attempts).where(letters.c.id == letter.id)
            ).scalar_one()
            return attempts

        return await self._database.write(work)

    async def forget_payloads(self, before: datetime) -> int:
        return await self._database.write(
            lambda c: (
                c.execute(
                    update(letters)
                    .where(letters.c.payload.is_not(None), letters.c.done_at < before)
                    .values(payload=None)
                ).rowcount
            )
        )


@cache
def _stored(dialect: str) -> Any:
    return shared.insert_new(dialect, letters).returning(letters.c.id)


def _change_lease(
    connection: Connection, claim: Claim, token: str | None, until: datetime | None
) -> bool:
    """Change the lease, if the claim still has it."""
    held = {"customer": claim.customer_id, "token": claim.token}
    change = {**held, "next_token": token, "until": until}
    return connection.execute(_CHANGE_LEASE, change).rowcount == 1


def _of(claim: Claim, letter: Letter) -> Update:
    """Change a waiting letter, while the claim is still held."""
    held = exists().where(
        and_(
            conversations.c.customer_id == claim.customer_id,
            conversations.c.lease_token == claim.token,
        )
    )
    return update(letters).where(letters.c.id == letter.id, letters.c.due_at.is_not(None), held)


def _button(connection: Connection, customer: str, message: Inbound) -> str | None:
    """What the tapped button said, if it still stands in the talk."""
    if not isinstance(message, inbound.Tap):
        return None
    talk = connection.execute(_TALK, {"customer": customer}).one()
    shown = codec.decode(talk.body, talk.id).shown
    return next((b.label for b in shown if b.token == message.payload), None)


def _mark_blocked(
    connection: Connection, known: shared.Known, message: Inbound, now: datetime
) -> None:
    """Who left has blocked us; who writes again has not. What comes late says nothing of now."""
    left = isinstance(message, inbound.Left)
    if left == known.blocked:
        return
    newer = select(letters.c.id).where(
        letters.c.account_id == known.id,
        letters.c.channel == message.account.channel,
        letters.c.at > message.at + TO_THE_SECOND,
    )
    if connection.execute(newer.limit(1)).first() is None:
        row = update(accounts).where(accounts.c.id == known.id)
        connection.execute(row.values(blocked_at=now if left else None))
