"""Inbound messages in memory, each once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channel import Envelope
from bot.messages import Account, inbound
from bot.messages.account import timeline_topic
from bot.messages.inbound import Inbound, asks_for_answer
from bot.ports import Claim, Letter
from bot.storage.encoding import TAKEN_BACK, dump_message, load_inbound, own_words
from bot.storage.handles import TOGETHER
from bot.storage.mailbox import TO_THE_SECOND
from bot.storage.memory.house import House, Lane, Talk, Waiting


class MemoryMailbox:
    """`bot.ports.Mailbox`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def put(self, messages: Sequence[Inbound]) -> int:
        new = [message for message in messages if self.put_one(message)]
        for account in {message.account for message in new}:
            self._house.bell.call("mailbox")
            self._house.bell.ring(timeline_topic(account))
        if any(map(asks_for_answer, new)):
            self._house.bell.call("outbox")
        return len(new)

    def put_one(self, message: Inbound) -> bool:
        """Store one message; False when it is known already."""
        house, event = self._house, (message.account.channel, message.id)
        if event in house.received:
            return False
        house.received.add(event)
        if isinstance(message, inbound.Migrated):
            house.migrate(Account(message.account.channel, message.former), message.account)
        message = load_inbound(dump_message(message))
        lane = house.lane(message.account, house.settings.language(message.locale))
        theirs = [w.letter.message for w in house.letters.values() if w.lane is lane]
        if not any(other.at > message.at + TO_THE_SECOND for other in theirs):
            lane.blocked = isinstance(message, inbound.Left)
        if message.reply is not None and message.account.channel in house.settings.free:
            self._keep_handle(lane, message)
        letter = Letter(next(house.numbers), message)
        house.letters[letter.id] = Waiting(letter, lane, house.clock.real())
        if isinstance(message, inbound.Unsent):
            self._erase(message)
        words = own_words(message, _button(lane.talk, message))
        if words is not None:
            said = Envelope("", lane.account, "customer", words, house.clock.now())
            lane.append([said], letter)
        return True

    def _keep_handle(self, lane: Lane, message: Inbound) -> None:
        now = self._house.clock.real()
        when = now if asks_for_answer(message) else now + TOGETHER
        lane.reply, lane.reply_at, lane.reply_used = message.reply, now, False
        if lane.offered_until is not None:
            lane.offered_until = min(lane.offered_until, when)
        for out in self._house.out:
            if out.envelope.account == lane.account and out.dead is None:
                out.due, out.attempts = min(out.due, when), 0

    def _erase(self, taken_back: inbound.Unsent) -> None:
        house, named = self._house, taken_back.message_id
        for waiting in house.letters.values():
            message, lane = waiting.letter.message, waiting.lane
            if message.account != taken_back.account or message.platform_id != named:
                continue
            waiting.forgotten, waiting.due = True, None
            waiting.done = house.clock.real()
            house.note("message", lane.talk, "system")
            lane.items = [
                (turn, of, replace(item, content=TAKEN_BACK) if of == waiting.letter.id else item)
                for turn, of, item in lane.items
            ]
        for key, medium in list(house.media.items()):
            if (medium.account, medium.platform_id) == (taken_back.account, named):
                del house.media[key]

    async def claim(self, worker: str, *, lease_seconds: float) -> Claim | None:
        now = self._house.clock.real()
        waiting = [w for w in self._house.letters.values() if w.due is not None]
        for due in sorted(waiting, key=lambda w: w.due or now):
            talk = due.lane.talk
            theirs = [w for w in waiting if w.lane.talk is talk]
            later = [w for w in theirs if w.due and w.due > now]
            backed_off = any(not w.held for w in later)
            if due in later or backed_off or (talk.until is not None and talk.until > now):
                continue
            talk.token = f"{worker}:{uuid.uuid4().hex}"
            talk.until = now + timedelta(seconds=lease_seconds)
            letters = sorted((w.letter for w in theirs), key=lambda x: (x.message.at, x.id))
            return Claim(talk.customer_id, talk.token, tuple(letters))
        return None

    async def renew(self, claim: Claim, *, lease_seconds: float) -> bool:
        talk = self._house.talk(claim)
        if talk is None:
            return False
        talk.until = self._house.clock.real() + timedelta(seconds=lease_seconds)
        return True

    async def release(self, claim: Claim) -> None:
        talk = self._house.talk(claim)
        if talk is None:
            return
        talk.token = talk.until = None
        now, letters = self._house.clock.real(), self._house.letters.values()
        if any(w.due is not None and w.due <= now for w in letters if w.lane.talk is talk):
            self._house.bell.call("mailbox")

    async def hold(self, claim: Claim, letter: Letter, *, until: datetime) -> None:
        waiting = self._house.letters[letter.id]
        if waiting.due is not None and self._house.talk(claim):
            waiting.due, waiting.held = until, True

    async def failed(self, claim: Claim, letter: Letter, *, until: datetime) -> int:
        waiting = self._house.letters[letter.id]
        if waiting.due is not None and self._house.talk(claim):
            waiting.due, waiting.held = until, False
            waiting.letter = replace(waiting.letter, attempts=waiting.letter.attempts + 1)
        return waiting.letter.attempts

    async def forget_payloads(self, before: datetime) -> int:
        found = [
            w
            for w in self._house.letters.values()
            if w.done is not None and w.done < before and not w.forgotten
        ]
        for waiting in found:
            waiting.forgotten = True
        return len(found)


def _button(talk: Talk, message: Inbound) -> str | None:
    if not isinstance(message, inbound.Tap):
        return None
    return next((b.label for b in talk.read().shown if b.token == message.payload), None)
