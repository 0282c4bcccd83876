"""The door "desk": the staff as customers meet them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.customers.profile import Trust
from bot.dialogue.replies import Replies
from bot.dialogue.state import Line
from bot.dialogue.wording import Wording
from bot.errors import Fault, Unavailable
from bot.handoff.desk import BY_EMAIL, CALL_BACK, NOBODYS, Case, State
from bot.handoff.policy import Policy
from bot.handoff.queue import Waiting, expected_wait, in_order
from bot.messages.outbound import Text
from bot.ports import (
    COUNTER,
    Agents,
    Caller,
    Change,
    Clock,
    DeskTalk,
    Door,
    Handoffs,
    Linking,
    Note,
)
from bot.shopfront.base import Effect, Option, Query, Refused
from bot.shopfront.desk import (
    CallMoments,
    CallTimes,
    LeaveNote,
    NoteLeft,
    Outlook,
    PickupToday,
    QueueOutlook,
    Rate,
    Rated,
)
from bot.shopfront.orders import MyOrders, Pickup

MEASURED = timedelta(days=30)
"""How far back handling times say something about today's wait."""
CALL_TIMES = 4
PICKABLE = 100
_COLLECTABLE = frozenset({"requested", "transferring", "preparing", "ready"})
_ASKS_NOW = "now"
_ELSEWHERE = {CALL_BACK: "phone", BY_EMAIL: "email"}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the door relies on.

    `shop` is the door that knows orders. `pulled` are channels on which an answer waits until the
    customer looks. Notes are written in `language`.
    """

    policy: Policy
    handoffs: Handoffs
    agents: Agents
    linking: Linking
    shop: Door
    clock: Clock
    pulled: frozenset[str]
    replies: Replies
    language: str


class DeskDoor:
    """`bot.ports.Door` for "desk"."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def answer(self, query: Query[Any], caller: Caller) -> object:
        """The queue as it is now. Raises `Unavailable` for what this door is not asked."""
        match query:
            case QueueOutlook(urgent=urgent):
                return await self._outlook(caller, urgent)
            case CallTimes():
                return self._call_times(caller.language)
            case CallMoments():
                return self._call_moments()
            case PickupToday():
                return await self._collects_today(caller)
        raise Unavailable(type(query).__name__)

    async def perform(self, effect: Effect[Any], key: str, caller: Caller) -> object:
        """Write down. Raises `Unavailable` for what this door does not do."""
        match effect:
            case LeaveNote():
                return await self._leave(effect, key, caller)
            case Rate(stars=stars):
                rated = await self._desk.handoffs.rate(caller.account, stars)
                return Rated(stars) if rated else Refused("not-found")
        raise Unavailable(type(effect).__name__)

    async def _outlook(self, caller: Caller, urgent: bool) -> Outlook:
        desk, now = self._desk, self._desk.clock.now()
        talk = await desk.handoffs.of(caller.account)
        case = talk.case if talk else NOBODYS
        staff = [one for one in await desk.agents.present() if one.role != "store"]
        place = _place(await desk.handoffs.waiting(), talk, urgent, now)
        handled = await desk.handoffs.handled(now - MEASURED)
        wait = expected_wait(place, handled, len(staff), desk.policy.capacity)
        return Outlook(
            state=case.state.value,
            place=place,
            low=wait.low if wait else None,
            high=wait.high if wait else None,
            present=bool(staff),
            reachable=await self._reachable(caller),
            elsewhere=_ELSEWHERE.get(case.reason, "") if case.is_open else "",
            hours=desk.policy.hours(now),
        )

    async def _reachable(self, caller: Caller) -> bool:
        """Does an answer find them elsewhere: on another channel, or as a member?"""
        if caller.account.channel not in self._desk.pulled or caller.trust > Trust.ANONYMOUS:
            return True
        mine = await self._desk.linking.linked(caller.account)
        return any(one.channel not in self._desk.pulled for one in mine)

    def _call_times(self, language: str) -> tuple[Option, ...]:
        policy = self._desk.policy
        wording = Wording(language, policy.zone)
        windows = policy.windows(self._desk.clock.now(), CALL_TIMES)
        labels = [wording.span(start, end) for start, end in windows]
        return tuple(Option(label, label) for label in labels)

    def _call_moments(self) -> tuple[datetime, datetime] | None:
        policy, now = self._desk.policy, self._desk.clock.now()
        windows = policy.windows(now, PICKABLE)
        return (max(windows[0][0], now), windows[-1][1]) if windows else None

    async def _collects_today(self, caller: Caller) -> bool:
        """A shop that does not answer must not keep anybody from a person."""
        if caller.trust < Trust.VERIFIED:
            return False
        try:
            orders = await self._desk.shop.answer(MyOrders(), caller)
        except Fault:
            return False
        assert isinstance(orders, tuple)
        today = self._desk.clock.now().astimezone(self._desk.policy.zone).date()
        pickups: list[Pickup] = [order.pickup for order in orders if order.pickup]
        return any(
            today in (pickup.hold_until, self._day(pickup.ready_at))
            for pickup in pickups
            if pickup.status in _COLLECTABLE
        )

    def _day(self, moment: datetime | None) -> date | None:
        return moment.astimezone(self._desk.policy.zone).date() if moment else None

    async def _leave(self, effect: LeaveNote, key: str, caller: Caller) -> NoteLeft:
        talk = await self._desk.handoffs.of(caller.account)
        if talk is None:
            raise Unavailable("nobody's talk")
        told = {"contact": effect.contact, "when": effect.when}
        note = Note(COUNTER, self._words("note.by"), self._words(f"note.{effect.about}", **told))

        def decide(now: DeskTalk) -> Change:
            return Change(now.case, note=note, once=key)

        await self._desk.handoffs.change(talk.conversation_id, decide)
        return NoteLeft()

    def _words(self, key: str, **told: object) -> str:
        desk = self._desk
        written = desk.replies.write((Line(key, told),), desk.language, desk.clock.now())
        return "\n".join(part.text for part in written if isinstance(part, Text))


def _place(queue: Sequence[Waiting], talk: DeskTalk | None, urgent: bool, now: datetime) -> int:
    """The customer's place in the queue, or the one they would get by asking now."""
    mine = talk.conversation_id if talk else _ASKS_NOW
    if all(one.conversation_id != mine for one in queue):
        asks = Case(state=State.WAITING, priority=urgent, asked_at=now)
        queue = (*queue, Waiting(mine, asks, ""))
    order = [one.conversation_id for one in in_order(queue)]
    return order.index(mine) + 1
