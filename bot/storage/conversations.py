"""Customers' talks in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from bot.dialogue import codec
from bot.messages import Account
from bot.messages.account import timeline_topic
from bot.ports import Bell, Claim, Clock, PendingAct, Sheet, TurnRecord
from bot.storage import accounts as shared
from bot.storage import cases, desk_events, outgoing, people
from bot.storage.database import Database
from bot.storage.encoding import MASKED, dump_message
from bot.storage.sealing import Seal
from bot.storage.settings import StorageSettings
from bot.storage.tables import (
    accounts,
    conversations,
    letters,
    pending_acts,
    timeline,
)
from bot.storage.waiting import DUE

_HELD = (
    conversations.c.customer_id == bindparam("customer"),
    conversations.c.lease_token == bindparam("token"),
    conversations.c.version == bindparam("expected"),
)
_MAY_BEGIN = select(conversations.c.id).where(*_HELD).with_for_update()
_ADVANCE = (
    update(conversations)
    .where(*_HELD)
    .values(
        version=conversations.c.version + 1,
        body=bindparam("new_body"),
        focus=bindparam("new_focus"),
        language=bindparam("new_language"),
    )
)
_FINISH = _ADVANCE.values(lease_token=None, lease_until=None)
_DONE = (
    update(letters)
    .where(letters.c.id.in_(bindparam("ids", expanding=True)))
    .values(due_at=None, done_at=bindparam("now"))
)
_PENDING = (
    select(pending_acts)
    .where(pending_acts.c.letter_id.in_(bindparam("ids", expanding=True)))
    .order_by(pending_acts.c.letter_id, pending_acts.c.id)
)
_ACTS_DONE = delete(pending_acts).where(
    pending_acts.c.letter_id.in_(bindparam("ids", expanding=True))
)


class SqlConversations:
    """`bot.ports.Conversations`."""

    def __init__(
        self, database: Database, clock: Clock, bell: Bell, settings: StorageSettings
    ) -> None:
        self._database = database
        self._clock = clock
        self._bell = bell
        self._settings = settings
        self._seal = Seal(settings.secret)

    async def open(self, claim: Claim, account: Account) -> Sheet | None:
        key = {
            "customer": claim.customer_id,
            "channel": account.channel,
            "user": account.user,
        }
        ids = {"ids": [letter.id for letter in claim.letters]}
        row, pending = await self._database.read(
            lambda c: (c.execute(people.TALK, key).first(), c.execute(_PENDING, ids).all())
        )
        if row is None:
            return None
        now = self._clock.real()
        return Sheet(
            people.customer(row, self._settings.policy, now),
            people.caller(row, account, self._seal, now),
            codec.decode(row.body, row.conversation_id),
            row.version,
            tuple(map(_pending, pending)),
            greeted=row.greeted_at is not None,
            case=cases.of(row),
            muted=row.muted_until is not None and row.muted_until > now,
        )

    async def commit(self, turn: TurnRecord) -> bool:
        due = {"customer": turn.claim.customer_id, "now": self._clock.real()}

        def work(connection: Connection) -> tuple[bool, bool]:
            if not self._commit(connection, turn):
                return False, False
            return True, turn.is_last and connection.execute(DUE, due).first() is not None

        done, more_came = await self._database.write(work, order=_first_account(turn))
        if more_came:  # its worker was called while the customer was still claimed
            self._bell.call("mailbox")
        if done:
            outgoing.announce(self._bell, turn.out, self._settings.pulled)
            if turn.case is not None:
                self._bell.ring("desk")
        return done

    def _commit(self, connection: Connection, turn: TurnRecord) -> bool:
        advanced = connection.execute(
            _FINISH if turn.is_last else _ADVANCE,
            {
                "customer": turn.claim.customer_id,
                "token": turn.claim.token,
                "expected": turn.version,
                "new_body": codec.encode(turn.conversation),
                "new_focus": codec.dumps(turn.customer.focus),
                "new_language": turn.customer.language,
            },
        )
        if advanced.rowcount != 1:
            return False
        ids = list(turn.letters)
        connection.execute(_DONE, {"ids": ids, "now": self._clock.real()})
        connection.execute(_ACTS_DONE, {"ids": ids})
        _mask(connection, turn.masked)
        if turn.greets is not None:
            greeted = update(accounts).where(shared.of(turn.greets))
            connection.execute(greeted.values(greeted_at=self._clock.real()))
        now = self._clock.real()
        outgoing.say(connection, turn.out, self._settings.pulled, now)
        self._hand_off(connection, turn, now)
        return True

    def _hand_off(self, connection: Connection, turn: TurnRecord, now: datetime) -> None:
        if turn.case is not None:
            customer = turn.claim.customer_id
            cases.store(
                connection, customer, turn.case, now, wrote=turn.wrote, summary=turn.summary
            )
            said = turn.out[-1].author if turn.out else "customer"
            desk_events.note(connection, "message", turn.conversation.id, now, said)

    async def begin(self, claim: Claim, version: int, pending: PendingAct) -> bool:
        def work(connection: Connection) -> bool:
            held = {"customer": claim.customer_id, "token": claim.token, "expected": version}
            if connection.execute(_MAY_BEGIN, held).first() is None:
                return False
            act = {"letter_id": pending.letter_id, "key": pending.act.key}
            connection.execute(
                shared.insert_new(connection.dialect.name, pending_acts),
                {**act, "act": codec.dumps(pending.act)},
            )
            return True

        return await self._database.write(work)

    async def settle(self, pending: PendingAct) -> None:
        settled = (
            update(pending_acts)
            .where(
                pending_acts.c.letter_id == pending.letter_id,
                pending_acts.c.key == pending.act.key,
            )
            .values(outcome=codec.dumps(pending.outcome))
        )
        await self._database.write(lambda c: c.execute(settled).rowcount)


def _pending(row: Row[*tuple[Any, ...]]) -> PendingAct:
    outcome = None if row.outcome is None else codec.loads(row.outcome)
    return PendingAct(row.letter_id, codec.loads(row.act), outcome)


def _mask(connection: Connection, masked: frozenset[int]) -> None:
    """Hide what secret letters said, wherever it is kept."""
    if not masked:
        return
    connection.execute(
        update(timeline)
        .where(timeline.c.letter_id.in_(sorted(masked)))
        .values(content=dump_message(MASKED))
    )
    connection.execute(update(letters).where(letters.c.id.in_(sorted(masked))).values(payload=None))


def _first_account(turn: TurnRecord) -> str:
    return min((timeline_topic(envelope.account) for envelope in turn.out), default="")
