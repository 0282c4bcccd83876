"""Who has which talk, in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channel import Item
from bot.handoff.desk import QUEUED, Case
from bot.handoff.queue import Waiting
from bot.messages import Account
from bot.messages.inbound import Inbound
from bot.messages.outbound import Text
from bot.ports import (
    Change,
    Decide,
    DeskItem,
    DeskTalk,
    KnownAccount,
    LastWords,
    QueueRow,
    Whole,
)
from bot.storage.encoding import words_of
from bot.storage.memory.house import House, Lane, Talk


class MemoryHandoffs:
    """`bot.ports.Handoffs`. `put` stores a letter."""

    def __init__(self, house: House, put: Callable[[Inbound], bool]) -> None:
        self._house = house
        self._put = put

    async def change(self, conversation_id: str, decide: Decide) -> DeskTalk | None:
        talk = self._talk(conversation_id)
        if talk is None:
            return None
        before = self._shown(talk)
        change = decide(before)
        if change.once is not None:
            if ("desk", change.once) in self._house.received:
                return before
            self._house.received.add(("desk", change.once))
        if change.case != before.case:
            self._house.keep(talk, change.case)
        if change.case.state is not before.case.state or change.muted_until is not None:
            talk.version += 1
        after = replace(change.applied(before), case=talk.case)
        if change.conduct:
            talk.flagged, talk.muted_until = after.flagged, after.muted_until
            self._house.note("queue", talk)
        self._tell(talk, change)
        return after

    def _tell(self, talk: Talk, change: Change) -> None:
        house = self._house
        if change.note is not None:
            item_id = f"n-0-{next(house.numbers)}"
            text, name = Text(change.note.text), change.note.name
            house.notes.append((talk, DeskItem(item_id, "note", house.clock.now(), "", text, name)))
        for letter in change.letters:
            self._put(letter)
            house.bell.call("mailbox")
        house.say(change.out)
        if change.out or change.note:
            house.note("message", talk, change.out[-1].author if change.out else "note")
        if change.calls:
            house.note("supervisor", talk)

    def _talk(self, conversation_id: str) -> Talk | None:
        while conversation_id in self._house.gone:
            conversation_id = self._house.gone[conversation_id].conversation_id
        talks = self._house.talks
        return next((talk for talk in talks if talk.conversation_id == conversation_id), None)

    def _lanes(self, talk: Talk) -> list[Lane]:
        """The customer's accounts, the one with the newest entry last."""
        theirs = [lane for lane in self._house.lanes.values() if lane.talk is talk]

        def used(lane: Lane) -> tuple[bool, datetime]:
            return bool(lane.items), lane.items[-1][2].at if lane.items else lane.since

        return sorted(theirs, key=used)

    def _shown(self, talk: Talk) -> DeskTalk:
        lanes = self._lanes(talk)
        wrote = next((lane for lane in lanes if lane.account == talk.wrote), None)
        lane = wrote or next(reversed(lanes), None)
        return DeskTalk(
            talk.conversation_id,
            talk.customer_id,
            talk.language,
            talk.case,
            lane.account if lane else None,
            lane is not None and lane.blocked,
            talk.flagged,
            talk.muted_until,
        )

    async def open(self, among: Collection[str] | None = None) -> Sequence[QueueRow]:
        return [
            self._row(talk)
            for talk in self._house.talks
            if talk.case.is_open and (among is None or talk.conversation_id in among)
        ]

    async def cases(self) -> Mapping[str, Case]:
        talks = self._house.talks
        return {talk.conversation_id: talk.case for talk in talks if talk.case.is_open}

    async def waiting(self) -> Sequence[Waiting]:
        return [
            Waiting(talk.conversation_id, talk.case, talk.language)
            for talk in self._house.talks
            if talk.case.state in QUEUED
        ]

    def _row(self, talk: Talk) -> QueueRow:
        lanes = self._lanes(talk)
        said = [item for lane in lanes if (item := _newest(lane)) is not None]
        last = max(said, key=lambda item: item.at, default=None)
        return QueueRow(
            self._shown(talk),
            talk.name or next((lane.display_name for lane in lanes if lane.display_name), ""),
            talk.member_id is not None,
            LastWords(last.author, last.at, words_of(last.content)[:80]) if last else None,
        )

    async def row(self, conversation_id: str) -> QueueRow | None:
        talk = self._talk(conversation_id)
        return self._row(talk) if talk else None

    async def whole(self, conversation_id: str) -> Whole | None:
        talk = self._talk(conversation_id)
        if talk is None:
            return None
        now = self._house.clock.real()
        known = tuple(
            KnownAccount(
                lane.account, lane.display_name or "", lane.trust(now).name.lower(), lane.blocked
            )
            for lane in self._lanes(talk)
        )
        return Whole(self._row(talk), talk.read(), talk.member_id, known, talk.summary)

    async def of(self, account: Account) -> DeskTalk | None:
        lane = self._house.lanes.get(account)
        return self._shown(lane.talk) if lane else None

    async def handled(self, since: datetime) -> Sequence[timedelta]:
        cases = [ended.case for ended in self._house.ended]
        return [
            case.since - case.taken_at
            for case in cases
            if case.taken_at is not None and case.since is not None and case.since >= since
        ]

    async def rate(self, account: Account, stars: int) -> bool:
        lane = self._house.lanes.get(account)
        theirs = [
            ended
            for ended in self._house.ended
            if lane and ended.talk is lane.talk and ended.case.taken_at is not None
        ]
        if not theirs:
            return False
        theirs[-1].rating = stars
        return True


def _newest(lane: Lane) -> Item | None:
    shown = lane.items[lane.hidden :]
    return shown[-1][2] if shown else None
