"""What the shop knows of a proven member, for the staff member who asks.

Nothing of a section is read before it is opened, and every opening is in the audit log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Literal, TypeVar, cast

from bot.customers.profile import Trust
from bot.desk.drawing import Block, Drawing, Row
from bot.dialogue.wording import Wording
from bot.errors import NoSuchTalk
from bot.messages import Account
from bot.ports import Agent, Audited, Caller, Clock, DeskAudit, Door, Handoffs, Whole
from bot.shopfront.base import Query
from bot.shopfront.catalogue import MyHolds
from bot.shopfront.membership import MyCoupons, MyLots, MyPoints, MyProfile
from bot.shopfront.orders import MyOrders

Section = Literal["profile", "orders", "pickups", "points", "coupons"]
SECTIONS: tuple[Section, ...] = ("profile", "orders", "pickups", "points", "coupons")
PATIENCE = timedelta(seconds=4)
R = TypeVar("R")


@dataclass(frozen=True)
class Opened:
    """A section: `rows`, or several `blocks` (then `rows` is None).

    `as_of` is the business time of the oldest fact in it, None where nothing was found.
    """

    rows: tuple[Row, ...] | None = None
    blocks: tuple[Block, ...] = ()
    as_of: datetime | None = None


@dataclass(frozen=True)
class _Look:
    """One opening: whom the shop is asked about, and in whose language it is drawn."""

    shop: Door
    caller: Caller
    drawing: Drawing
    now: datetime

    async def ask(self, query: Query[R]) -> R:
        return cast(R, await self.shop.answer(query, self.caller))


class Panel:
    """Asks the shop, with a session of the desk's own, what it knows of a member.

    The customer has been proven before; staff are shown what that member could see.
    """

    def __init__(
        self, handoffs: Handoffs, shop: Door, audit: DeskAudit, clock: Clock, zone: tzinfo
    ) -> None:
        self._handoffs = handoffs
        self._shop = shop
        self._audit = audit
        self._clock = clock
        self._zone = zone

    async def sections(self, conversation_id: str) -> tuple[Section, ...]:
        """What can be opened: nothing where nobody is proven. Raises `NoSuchTalk`."""
        whole = await self._whole(conversation_id)
        return SECTIONS if whole.member_id is not None else ()

    async def open(
        self, agent: Agent, conversation_id: str, section: Section, language: str
    ) -> Opened:
        """One section in the staff member's language.

        Raises `NoSuchTalk`, also where nobody is proven, and `bot.errors.Fault` where the shop
        does not answer.
        """
        whole = await self._whole(conversation_id)
        if whole.member_id is None:
            raise NoSuchTalk
        talk, now = whole.row.talk, self._clock.now()
        caller = Caller(
            Account("desk", agent.id),
            language,
            whole.member_id,
            trust=Trust.VERIFIED,
            deadline=self._clock.real() + PATIENCE,
        )
        drawing = Drawing(Wording(language, self._zone), now)
        opened = await _READERS[section](_Look(self._shop, caller, drawing, now))
        await self._audit.note(
            Audited(f"panel:{section}", agent.id, talk.conversation_id, talk.customer_id)
        )
        return opened

    async def _whole(self, conversation_id: str) -> Whole:
        whole = await self._handoffs.whole(conversation_id)
        if whole is None:
            raise NoSuchTalk
        return whole


async def _profile(look: _Look) -> Opened:
    member = await look.ask(MyProfile())
    if member is None:
        return Opened(())
    return Opened(look.drawing.profile(member), as_of=member.as_of)


async def _orders(look: _Look) -> Opened:
    orders = await look.ask(MyOrders())
    blocks = tuple(look.drawing.order(order) for order in orders)
    return Opened(blocks=blocks, as_of=_oldest(order.as_of for order in orders))


async def _pickups(look: _Look) -> Opened:
    """Orders to be collected at a store, and what is put aside there without an order."""
    orders, holds = await asyncio.gather(look.ask(MyOrders()), look.ask(MyHolds()))
    collected = [(order.pickup, order.as_of) for order in orders if order.pickup]
    blocks = (
        *(look.drawing.pickup(pickup) for pickup, _ in collected),
        *(look.drawing.hold(hold) for hold in holds),
    )
    seen = (*(pickup.as_of or at for pickup, at in collected), *(look.now for _ in holds))
    return Opened(blocks=blocks, as_of=_oldest(seen))


async def _points(look: _Look) -> Opened:
    points, lots = await asyncio.gather(look.ask(MyPoints()), look.ask(MyLots()))
    if points is None:
        return Opened(())
    return Opened(look.drawing.points(points, lots or ()), as_of=points.as_of)


async def _coupons(look: _Look) -> Opened:
    coupons = await look.ask(MyCoupons()) or ()
    blocks = tuple(look.drawing.coupon(coupon) for coupon in coupons)
    return Opened(blocks=blocks, as_of=_oldest(coupon.as_of for coupon in coupons))


def _oldest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)


_READERS: Mapping[Section, Callable[[_Look], Awaitable[Opened]]] = MappingProxyType(
    {
        "profile": _profile,
        "orders": _orders,
        "pickups": _pickups,
        "points": _points,
        "coupons": _coupons,
    }
)
