"""A member's points and coupons."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel

from bot.errors import Unavailable
from bot.shop import house
from bot.shop.asking import Asking, Found, Resource
from bot.shop.cache import COUPONS, POINTS
from bot.shop.problems import Problem
from bot.shop.wire import MoneyWire, Page, Several, Wire, observed
from bot.shopfront.membership import (
    Coupon,
    CouponCount,
    Lot,
    MyCoupons,
    MyLots,
    MyPoints,
    Points,
)

LEDGER = Resource("loyalty", POINTS)
WALLET = Resource("coupons", COUPONS)
TOKYO = ZoneInfo("Asia/Tokyo")
M = TypeVar("M", bound=BaseModel)


class ExpiringWire(Wire):
    points: int
    expires_on: date


class RankWire(Wire):
    code: str | None = None
    name: str | None = None


class PointsWire(Wire):
    balance: int
    pending: int = 0
    pending_from: date | None = None
    expiring_next: ExpiringWire | None = None
    rank: RankWire | None = None
    as_of: AwareDatetime | None = None
    stale: bool = False


class LotWire(Wire):
    points_remaining: int
    expires_on: date | None = None
    kind: str = "regular"


class DiscountWire(Wire):
    percent: int | None = None
    amount: MoneyWire | None = None


class CouponWire(Wire):
    id: str
    name: str
    discount: DiscountWire = DiscountWire()
    min_amount: MoneyWire | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    usable_at: Several[str] = ()
    status: str = "active"


async def my_points(_: MyPoints, asking: Asking) -> Points | None:
    """The balance and what expires next."""
    found = await _own(asking, LEDGER, ("points",), PointsWire)
    if found is None:
        return None
    told = found.value
    next_lot = told.expiring_next
    return Points(
        balance=told.balance,
        as_of=observed(told.as_of, found.as_of),
        pending=told.pending,
        pending_from=told.pending_from,
        expiring_next=Lot(next_lot.points, next_lot.expires_on) if next_lot else None,
        rank=told.rank.name or told.rank.code if told.rank else None,
        stale=told.stale or found.stale,
    )


async def my_lots(_: MyLots, asking: Asking) -> tuple[Lot, ...] | None:
    """Points by their last day; those that never expire are not among them."""
    found = await _own(asking, LEDGER, ("points", "lots"), Page[LotWire])
    if found is None:
        return None
    lots = (
        Lot(told.points_remaining, told.expires_on, told.kind == "limited")
        for told in found.value.items
        if told.expires_on is not None
    )
    return tuple(sorted(lots, key=lambda lot: lot.expires_on))


async def my_coupons(_: MyCoupons, asking: Asking) -> tuple[Coupon, ...] | None:
    """Coupons that can be used today."""
    found = await _own(asking, WALLET, ("coupons",), Page[CouponWire])
    if found is None:
        return None
    today = asking.now().astimezone(TOKYO).date()
    seen = observed(found.value.as_of, found.as_of)
    return tuple(
        Coupon(
            id=told.id,
            name=told.name,
            valid_until=told.valid_until,
            percent=told.discount.percent,
            amount=told.discount.amount.amount if told.discount.amount else None,
            currency=told.discount.amount.currency if told.discount.amount else None,
            min_amount=told.min_amount.amount if told.min_amount else None,
            usable_at=told.usable_at,
            as_of=seen,
        )
        for told in found.value.items
        if _usable(told, today)
    )


async def coupon_count(_: CouponCount, asking: Asking) -> int:
    """How many; a fault is met again, and told, by who asks for the coupons themselves."""
    try:
        return len(await my_coupons(MyCoupons(), asking) or ())
    except (Problem, Unavailable):
        return 0


async def _own(
    asking: Asking,
    resource: Resource,
    steps: tuple[str, ...],
    into: type[M],
) -> Found[M] | None:
    """The member's own; None where the shop has nothing of the kind for anybody."""
    offered, found = await asyncio.gather(
        house.offers(asking, "/".join(("GET /customers/{}", *steps))),
        asking.find(resource, ("customers", asking.member, *steps), into, mine=True),
    )
    return found if offered else None


def _usable(told: CouponWire, today: date) -> bool:
    begun = told.valid_from is None or told.valid_from <= today
    over = told.valid_until is not None and told.valid_until < today
    return told.status == "active" and begun and not over
