"""What goes out, in memory: the outbox and the timeline."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.channel import Item
from bot.messages import Account
from bot.ports import Parcel
from bot.storage.memory.house import House, Lane, Out


class MemoryOutbox:
    """`bot.ports.Outbox`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def claim(self, worker: str, *, lease_seconds: float) -> Parcel | None:
        now = self._house.clock.real()
        for lane in self._house.lanes.values():
            waiting = list(self._waiting(lane))
            leased = lane.until is not None and lane.until > now
            if leased or not waiting or waiting[0].due > now:
                continue
            lane.token = f"{worker}:{uuid.uuid4().hex}"
            lane.until = now + timedelta(seconds=lease_seconds)
            envelopes = tuple(out.envelope for out in waiting)
            return Parcel(lane.account, lane.token, envelopes, waiting[0].attempts)
        return None

    def _waiting(self, lane: Lane) -> Iterator[Out]:
        return (
            out
            for out in self._house.out
            if out.envelope.account == lane.account and out.dead is None
        )

    async def sent(self, parcel: Parcel, keys: Sequence[str]) -> None:
        self._house.out = [
            out for out in self._house.out if out.envelope.key not in keys or out.dead
        ]

    async def retry(self, parcel: Parcel, key: str, *, not_before: datetime, reason: str) -> None:
        for out in self._held(parcel):
            if out.envelope.key == key:
                out.due, out.reason, out.attempts = not_before, reason, out.attempts + 1

    async def dead(self, parcel: Parcel, key: str, *, reason: str, blocked: bool) -> None:
        for out in list(self._held(parcel)):
            if blocked or out.envelope.key == key:
                out.dead, out.reason = self._house.clock.real(), reason
        self._house.lanes[parcel.account].blocked |= blocked

    def _held(self, parcel: Parcel) -> Iterator[Out]:
        lane = self._house.lanes[parcel.account]
        return self._waiting(lane) if lane.token == parcel.token else iter(())

    async def release(self, parcel: Parcel) -> None:
        lane = self._house.lanes[parcel.account]
        if lane.token == parcel.token:
            lane.token = lane.until = None


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
