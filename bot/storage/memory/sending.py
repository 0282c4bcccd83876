"""What goes out, in memory: the outbox and the timeline."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channel import Envelope, Item
from bot.messages import Account
from bot.ports import Aging, Parcel
from bot.storage.handles import TOGETHER
from bot.storage.memory.house import House, Lane, Out


class MemoryOutbox:
    """`bot.ports.Outbox`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def claim(self, worker: str, *, lease_seconds: float) -> Parcel | None:
        now = self._house.clock.real()
        for lane in self._house.lanes.values():
            waiting = list(self._waiting(lane))
            kept = any(
                until is not None and until > now for until in (lane.until, lane.offered_until)
            )
            if kept or not waiting or waiting[0].due > now:
                continue
            lane.token = f"{worker}:{uuid.uuid4().hex}"
            lane.until = now + timedelta(seconds=lease_seconds)
            envelopes = tuple(_with_handles(out.envelope, lane) for out in waiting)
            return Parcel(lane.account, lane.token, envelopes, waiting[0].attempts, lane.number)
        return None

    def _waiting(self, lane: Lane) -> Iterator[Out]:
        return (
            out
            for out in self._house.out
            if out.envelope.account == lane.account and out.dead is None
        )

    async def sent(self, parcel: Parcel, keys: Sequence[str], used: Collection[str] = ()) -> None:
        lane = self._lane(parcel)
        lane.reply_used |= lane.reply in used
        self._house.out = [
            out for out in self._house.out if out.envelope.key not in keys or out.dead
        ]

    async def retry(self, parcel: Parcel, key: str, *, not_before: datetime, reason: str) -> None:
        lane, soon = self._lane(parcel), self._house.clock.real() + TOGETHER
        came = None if lane.reply_used else lane.reply
        for out in self._held(parcel):
            if out.envelope.key == key:
                out.due, out.reason, out.attempts = not_before, reason, out.attempts + 1
                if came is not None and came != parcel.envelopes[0].newest:
                    out.due, out.attempts = min(soon, not_before), 0

    async def dead(self, parcel: Parcel, key: str, *, reason: str, blocked: bool) -> None:
        for out in list(self._held(parcel)):
            if blocked or out.envelope.key == key:
                out.dead, out.reason = self._house.clock.real(), reason
        lane = self._lane(parcel)
        lane.blocked |= blocked
        self._house.note("message", lane.talk, "system")

    def _lane(self, parcel: Parcel) -> Lane:
        return next(one for one in self._house.lanes.values() if one.number == parcel.lane)

    def _held(self, parcel: Parcel) -> Iterator[Out]:
        lane = self._lane(parcel)
        return self._waiting(lane) if lane.token == parcel.token else iter(())

    async def release(self, parcel: Parcel) -> None:
        lane = self._lane(parcel)
        if lane.token == parcel.token:
            lane.token = lane.until = None

    async def migrated(self, account: Account, to: Account) -> None:
        self._house.migrate(account, to)

    async def aging(
        self, channel: str, *, came_before: datetime, lease_seconds: float
    ) -> Aging | None:
        now = self._house.clock.real()
        for letter in self._house.letters.values():
            lane = letter.lane
            if letter.due is None or lane.account.channel != channel or lane.blocked:
                continue
            leased = lane.until is not None and lane.until > now
            if lane.reply is None or lane.reply_at is None or lane.reply_used or leased:
                continue
            if lane.reply_at <= came_before and not any(self._waiting(lane)):
                lane.reply_used = True
                lane.offered_until = now + timedelta(seconds=lease_seconds)
                return Aging(lane.account, lane.reply, lane.talk.language, lane.offered_until)
        return None

    async def offered(self, aging: Aging, *, until: datetime | None) -> None:
        lane = self._house.lanes[aging.account]
        if lane.offered_until == aging.until:
            lane.offered_until = until


def _with_handles(envelope: Envelope, lane: Lane) -> Envelope:
    used = lane.reply if lane.reply_used else None
    own = None if envelope.reply == used else envelope.reply
    return replace(envelope, reply=own, newest=None if lane.reply_used else lane.reply)


class MemoryTimeline:
    """`bot.ports.Timeline`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def after(self, account: Account, cursor: int, limit: int) -> Sequence[Item]:
        lane = self._house.lanes.get(account)
        shown = lane.items[max(cursor, lane.hidden) :] if lane else []
        page = shown[:limit]
        rest = [entry for entry in shown[limit:] if entry[0] == page[-1][0]] if page else []
        return [item for _turn, _letter, item in (*page, *rest)]

    async def before(self, account: Account, cursor: int | None, limit: int) -> Sequence[Item]:
        lane = self._house.lanes.get(account)
        shown = lane.items[lane.hidden : None if cursor is None else cursor - 1] if lane else []
        page = shown[-limit:]
        rest = [entry for entry in shown[:-limit] if entry[0] == page[0][0]]
        return [item for _turn, _letter, item in (*rest, *page)]
