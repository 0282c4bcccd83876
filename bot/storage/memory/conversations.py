"""Customers' talks in memory."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import codec
from bot.messages import Account
from bot.ports import Claim, PendingAct, Sheet, TurnRecord
from bot.storage.encoding import MASKED
from bot.storage.memory.house import House


class MemoryConversations:
    """`bot.ports.Conversations`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def open(self, claim: Claim, account: Account) -> Sheet | None:
        lane = self._house.lanes.get(account)
        if lane is None or lane.talk.customer_id != claim.customer_id:
            return None
        ids = {letter.id for letter in claim.letters}
        return Sheet(
            self._house.customer(lane),
            self._house.caller(lane),
            lane.talk.read(),
            lane.talk.version,
            tuple(act for act in self._house.acts.values() if act.letter_id in ids),
            lane.greeted,
            lane.talk.case,
            muted=lane.talk.muted_until is not None
            and lane.talk.muted_until > self._house.clock.real(),
        )

    async def commit(self, turn: TurnRecord) -> bool:
        house, talk = self._house, self._house.talk(turn.claim)
        if talk is None or talk.version != turn.version:
            return False
        if any(e.account not in house.lanes for e in turn.out):
            raise LookupError("an envelope for an account that never wrote")
        taken = {out.envelope.key for out in house.out}
        if any(house.pushed(e) and e.key in taken for e in turn.out):
            raise ValueError("an envelope with the key of another one")
        talk.version += 1
        talk.body = codec.encode(turn.conversation)
        talk.focus, talk.language = turn.customer.focus, turn.customer.language
        if turn.is_last:
            talk.token = talk.until = None
        for letter in turn.letters:
            waiting = house.letters[letter]
            waiting.due, waiting.done = None, house.clock.real()
        house.acts = {k: act for k, act in house.acts.items() if k[0] not in turn.letters}
        self._mask(turn.masked)
        if turn.greets is not None:
            house.lanes[turn.greets].greeted = True
        house.say(turn.out)
        if turn.is_last and any(
            waiting.due is not None and waiting.lane.talk is talk
            for waiting in house.letters.values()
        ):
            house.bell.call("mailbox")
        if turn.case is not None:
            if turn.case.id is None:
                talk.summary = turn.summary or {}
            talk.wrote = turn.wrote or talk.wrote
            house.keep(talk, turn.case)
            house.note("message", talk, turn.out[-1].author if turn.out else "customer")
        return True

    def _mask(self, masked: frozenset[int]) -> None:
        for letter in masked:
            self._house.letters[letter].forgotten = True
            lane = self._house.letters[letter].lane
            lane.items = [
                (turn, of, replace(item, content=MASKED) if of == letter else item)
                for turn, of, item in lane.items
            ]

    async def begin(self, claim: Claim, version: int, pending: PendingAct) -> bool:
        talk = self._house.talk(claim)
        if talk is None or talk.version != version:
            return False
        self._house.acts.setdefault(
            (pending.letter_id, pending.act.key), replace(pending, outcome=None)
        )
        return True

    async def settle(self, pending: PendingAct) -> None:
        key = (pending.letter_id, pending.act.key)
        if key in self._house.acts:
            self._house.acts[key] = pending
