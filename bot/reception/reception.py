"""See one customer's waiting messages through: understand, converse, store.

The only loop that waits. No database transaction is open while it does; a turn commits once.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter, Histogram

from bot.channel import Envelope
from bot.customers.profile import Trust
from bot.dialogue.engine import failed, hear, resume
from bot.dialogue.heard import Heard
from bot.dialogue.state import Act, Line, Turn
from bot.dialogue.steps import HandOver, LookUp
from bot.errors import Fault, OutcomeUnknown
from bot.handoff.desk import State, after
from bot.messages import Account
from bot.ports import (
    Caller,
    Claim,
    Letter,
    PendingAct,
    Sheet,
    TurnRecord,
)
from bot.reception import handing, muting
from bot.reception.hearing import Hearing, may_go_on
from bot.reception.house import Counterhand
from bot.reception.looking import READ_BUDGET, looked_up
from bot.reception.presence import Presence

log = structlog.get_logger(__name__)

LEASE_SECONDS = 30.0
IDLE_SECONDS = 1.0
RETRY_AFTER = (timedelta(seconds=1), timedelta(seconds=5))
RECONCILE_AFTER = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))

TURNS = Counter("madoguchi_turns", "Turns by how they ended", ["end"])
TURN_SECONDS = Histogram("madoguchi_turn_seconds", "From claim to commit of one turn")


class _Moved(Exception):
    """The account belongs to another customer now: the turn starts over there."""


class Reception:
    """Answers customers, one at a time each, many side by side."""

    def __init__(self, house: Counterhand) -> None:
        self.house = house
        self._hearing = Hearing(house)
        self._presence = Presence(house)

    async def work(self, worker: str) -> None:
        """Answer whoever waits, until cancelled."""
        house = self.house
        while True:
            try:
                claim = await house.mailbox.claim(worker, lease_seconds=LEASE_SECONDS)
                if claim is None:
                    await house.bell.wait("mailbox", IDLE_SECONDS)
                    continue
                await self.serve(claim)
            except Exception as fault:
                log.error("reception.fault", worker=worker, fault=type(fault).__name__)
                await asyncio.sleep(IDLE_SECONDS)

    async def serve(self, claim: Claim) -> None:
        """Answer a claimed customer's letters in order; what is left is given back."""
        letters = claim.letters
        try:
            async with self._kept(claim):
                while letters:
                    answered = await self._attempt(claim, letters)
                    if not answered:
                        break
                    letters = letters[answered:]
        finally:
            if letters:
                await self.house.mailbox.release(claim)

    @contextlib.asynccontextmanager
    async def _kept(self, claim: Claim) -> AsyncIterator[None]:
        """Renew the lease while working. Should that fail, the commit finds out."""

        async def renew() -> None:
            held = True
            while held:
                await asyncio.sleep(LEASE_SECONDS / 3)
                try:
                    held = await self.house.mailbox.renew(claim, lease_seconds=LEASE_SECONDS)
                except Exception as fault:
                    log.warning("lease.fault", fault=type(fault).__name__)

        task = asyncio.create_task(renew())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)  # our own cancellation goes through

    async def _attempt(self, claim: Claim, letters: Sequence[Letter]) -> int:
        """One turn over the first letters; how many it answered. 0: the others must wait too."""
        first = letters[0]
        try:
            with TURN_SECONDS.time():
                done = await self._turn(claim, letters)
        except _Moved:
            TURNS.labels("moved").inc()
            return 0
        except OutcomeUnknown:
            return int(await self._reconcile_later(claim, first))
        except Exception as fault:
            log.error("turn.failed", letter=first.id, fault=type(fault).__name__, exc_info=True)
            return int(await self._failed(claim, first))
        TURNS.labels("done" if done else "again").inc()
        return done

    # One turn --------------------------------------------------------------------------------

    async def _turn(self, claim: Claim, waiting: Sequence[Letter]) -> int:
        house, account = self.house, waiting[0].message.account
        sheet = await house.conversations.open(claim, account)
        if sheet is None:
            raise _Moved
        letters, heard = await self._hearing.together(waiting, sheet)
        heard, last = muting.heeded(sheet, heard), letters[-1]
        if heard is None:
            return await self._commit(claim, letters, _unspoken(sheet, house, last), sheet)
        heard = handing.meant(sheet, heard, house.replies)
        if handing.stays_silent(sheet, heard, last.message) and not sheet.pending:
            return await self._commit(claim, letters, _unspoken(sheet, house, last), sheet)
        # Neither what came behind it nor a platform's clock far ahead may keep anybody waiting.
        alone, age = len(letters) == len(waiting), abs(house.clock.real() - last.message.at)
        if alone and age < house.settle and may_go_on(last, heard, sheet.conversation):
            until = last.message.at + house.settle
            for letter in letters:
                await house.mailbox.hold(claim, letter, until=until)
            self._look_again(until)
            return 0
        if sheet.customer.trust >= Trust.VERIFIED:
            await house.customers.touch(account)
        sheet = await self._presence.introduced(sheet, last.message)
        sheet = replace(sheet, customer=self._hearing.speaking(sheet, heard, last.message.shared))
        with self._presence.working(last.message):
            turn = await self._answered(claim, letters, heard, sheet)
        turn = handing.silent(sheet, turn) if sheet.muted else handing.spoken(sheet, turn, heard)
        return await self._commit(claim, letters, turn, sheet)

    async def _answered(
        self, claim: Claim, letters: Sequence[Letter], heard: Heard, sheet: Sheet
    ) -> Turn:
        """The turn, complete: everything it needed was looked up and done."""
        house, account = self.house, letters[0].message.account
        settled = await self._settled(letters, sheet)
        turn = hear(
            sheet.conversation,
            heard,
            sheet.customer,
            house.skills,
            house.clock.now(),
            house.memory,
            settled,
        )
        caller, deadline = sheet.caller, house.clock.real() + READ_BUDGET
        while turn.need is not None:
            try:
                if isinstance(turn.need, LookUp):
                    turn = await looked_up(house, turn, turn.need, caller, deadline)
                    continue
                if not handing.allowed(sheet, turn.need, turn):
                    return handing.silent(sheet, turn)
                began = house.clock.real()
                turn = await self._done(turn, turn.need, claim, letters[0], sheet)
                caller = await house.customers.caller(account)
                deadline += house.clock.real() - began
            except OutcomeUnknown:
                raise
            except Fault as fault:
                log.warning("door.fault", fault=type(fault).__name__, detail=str(fault))
                turn = failed(turn, fault, house.skills)
        return turn

    async def _done(self, turn: Turn, act: Act, claim: Claim, letter: Letter, sheet: Sheet) -> Turn:
        """Do what was agreed, written down before, and let the turn go on."""
        house, account = self.house, letter.message.account
        caller = await self._caller(account, turn.customer.language)
        pending = PendingAct(letter.id, act)
        if not await house.conversations.begin(claim, sheet.version, pending):
            raise _Moved
        outcome = await self._performed(pending, caller)
        customer = await house.customers.profile(account)
        if customer.id != claim.customer_id:
            raise _Moved
        customer = replace(customer, language=turn.customer.language)
        return resume(turn, outcome, customer, house.skills)

    async def _caller(self, account: Account, language: str) -> Caller:
        return replace(await self.house.customers.caller(account), language=language)

    async def _performed(self, pending: PendingAct, caller: Caller) -> object:
        effect = pending.act.effect
        outcome = await self.house.doors[effect.door].perform(effect, pending.act.key, caller)
        await self.house.conversations.settle(replace(pending, outcome=outcome))
        return outcome

    async def _settled(
        self, letters: Sequence[Letter], sheet: Sheet
    ) -> tuple[tuple[Act, object], ...]:
        """Effects these letters had agreed to before a crash: done first, with the same keys.

        Raises `OutcomeUnknown` for as long as none of them can be asked after: that this call did
        nothing says nothing about the one before.
        """
        settled = []
        for letter in letters:
            for pending in _of(letter, sheet):
                outcome = pending.outcome
                if outcome is None:
                    caller = await self._caller(letter.message.account, sheet.customer.language)
                    try:
                        outcome = await self._performed(pending, caller)
                    except Fault as fault:
                        raise OutcomeUnknown(pending.act.effect.door) from fault
                settled.append((pending.act, outcome))
        return tuple(settled)

    def _look_again(self, until: datetime) -> None:
        """Wake a worker when a letter that waits is due (real time)."""
        seconds = (until - self.house.clock.real()).total_seconds()
        loop = asyncio.get_running_loop()
        loop.call_later(max(seconds, 0.0), self.house.bell.call, "mailbox")

    # Ends ------------------------------------------------------------------------------------

    async def _commit(
        self, claim: Claim, letters: Sequence[Letter], turn: Turn, sheet: Sheet
    ) -> int:
        house, language = self.house, turn.customer.language
        conversation = house.replies.worded(turn.conversation, language, turn.now)
        message = letters[-1].message
        first = self._presence.first_words(sheet, message) if turn.lines else ()
        record = TurnRecord(
            claim=claim,
            letters=tuple(letter.id for letter in letters),
            conversation=conversation,
            customer=turn.customer,
            version=sheet.version,
            out=self._envelopes(letters[-1], (*first, *turn.lines), language),
            masked=frozenset(letter.id for letter in letters) if turn.secret else frozenset(),
            greets=message.account if first else None,
            case=handing.case_after(sheet, turn, message, house.policy),
            summary=handing.summary(turn.conversation, turn.customer),
            wrote=message.account,
        )
        return len(letters) if await house.conversations.commit(record) else 0

    def _envelopes(
        self, letter: Letter, lines: Sequence[Line], language: str
    ) -> tuple[Envelope, ...]:
        message, now = letter.message, self.house.clock.now()
        written = self.house.replies.write(lines, language, now)
        return tuple(
            Envelope(
                key=uuid.uuid5(uuid.NAMESPACE_OID, f"{letter.id}/{letter.attempts}/{index}").hex,
                account=message.account,
                author="bot",
                content=content,
                at=now,
                reply=message.reply,
            )
            for index, content in enumerate(written)
        )

    async def _reconcile_later(self, claim: Claim, letter: Letter) -> bool:
        """An effect may have happened: say that we find out, and ask again by its key."""
        if letter.attempts >= len(RECONCILE_AFTER):
            return await self._give_up(claim, letter, "outcome_unknown", "fault.never_known")
        TURNS.labels("reconcile").inc()
        until = self.house.clock.real() + RECONCILE_AFTER[letter.attempts]
        # Counted first, so that the word to the customer and the later answer differ in their keys.
        await self.house.mailbox.failed(claim, letter, until=until)
        self._look_again(until)
        sheet = await self.house.conversations.open(claim, letter.message.account)
        if letter.attempts == 0 and sheet is not None:
            record = self._notice(claim, sheet, letter, "fault.unknown_outcome")
            await self.house.conversations.commit(record)
        return False

    async def _failed(self, claim: Claim, letter: Letter) -> bool:
        """A turn that fails three times goes to a person; the queue behind it moves on."""
        if letter.attempts >= len(RETRY_AFTER):
            return await self._give_up(claim, letter, "poison", "fault.poison")
        until = self.house.clock.real() + RETRY_AFTER[letter.attempts]
        await self.house.mailbox.failed(claim, letter, until=until)
        self._look_again(until)
        TURNS.labels("failed").inc()
        return False

    async def _give_up(self, claim: Claim, letter: Letter, reason: str, key: str) -> bool:
        """A person takes over what was open: it must not break the next turn as well."""
        TURNS.labels(reason).inc()
        sheet = await self.house.conversations.open(claim, letter.message.account)
        if sheet is None:
            return False
        if sheet.muted or sheet.case.state is State.WITH_PERSON:
            # Staff have the talk, and see the message: the bot has nothing to say about it.
            return bool(await self._commit(claim, [letter], _silent(sheet, self.house), sheet))
        pending = _of(letter, sheet)
        acts = [{"effect": type(p.act.effect).__name__, "key": p.act.key} for p in pending]
        known = handing.summary(sheet.conversation, sheet.customer)
        house, now = self.house, self.house.clock.now()
        wanted = house.policy.wanted(HandOver(reason), handing.subject(sheet.conversation), now)
        cleared = replace(sheet.conversation, stack=(), asked=None)
        record = self._notice(
            claim, replace(sheet, conversation=cleared), letter, key, hours=house.policy.hours(now)
        )
        record = replace(
            record,
            letters=(letter.id,),
            case=after(sheet.case, wanted, now).case,
            summary={**known, "letter": letter.id, "acts": acts},
            wrote=letter.message.account,
        )
        return await house.conversations.commit(record)

    def _notice(
        self, claim: Claim, sheet: Sheet, letter: Letter, key: str, **told: object
    ) -> TurnRecord:
        """One line outside any script."""
        return TurnRecord(
            claim=claim,
            letters=(),
            conversation=sheet.conversation,
            customer=sheet.customer,
            version=sheet.version,
            out=self._envelopes(letter, (Line(key, told),), sheet.customer.language),
        )


def _of(letter: Letter, sheet: Sheet) -> list[PendingAct]:
    return [act for act in sheet.pending if act.letter_id == letter.id]


def _unspoken(sheet: Sheet, house: Counterhand, letter: Letter) -> Turn:
    return handing.unspoken(sheet, _silent(sheet, house), letter.message)


def _silent(sheet: Sheet, house: Counterhand) -> Turn:
    return Turn(sheet.conversation, Heard(), sheet.customer, house.clock.now())
