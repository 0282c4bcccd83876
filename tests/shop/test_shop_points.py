"""A member's points and coupons."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from bot.errors import Unavailable
from bot.ports import Caller
from bot.shop import ShopDoor
from bot.shopfront.membership import CouponCount, Lot, MyCoupons, MyLots, MyPoints
from tests.shop.shop_stand_in import StandIn, page


async def test_points_coupons_and_their_days(door: ShopDoor, far: StandIn, member: Caller) -> None:
    mine = "GET /customers/m-1"
    far.tell(f"{mine}/points", {"balance": -30, "expiring_next": None, "rank": {"code": "gold"}})
    far.tell(
        f"{mine}/points/lots",
        [
            {"points_remaining": 5, "expires_on": "2027-01-01", "kind": "regular"},
            {"points_remaining": 9, "expires_on": "2026-12-01", "kind": "limited"},
            {"points_remaining": 7, "expires_on": None},
        ],
    )
    live = {"id": "c", "name": "10%", "discount": {"percent": 10}, "valid_until": "2026-11-21"}
    over = {**live, "id": "d", "valid_until": "2026-11-20"}
    far.tell(f"{mine}/coupons", page(live, over, {**live, "id": "e", "status": "used"}))
    points = await door.answer(MyPoints(), member)
    assert (points.balance, points.rank, points.pending) == (-30, "gold", 0)
    lots = await door.answer(MyLots(), member)
    assert lots == (Lot(9, date(2026, 12, 1), limited=True), Lot(5, date(2027, 1, 1)))
    (coupon,) = await door.answer(MyCoupons(), member)
    assert (coupon.id, coupon.percent, coupon.amount) == ("c", 10, None)


async def test_coupons_that_cannot_be_counted_hide_no_points(
    door: ShopDoor, far: StandIn, member: Caller
) -> None:
    far.tell("GET /customers/m-1/points", {"balance": 10})
    far.tell("GET /customers/m-1/coupons", httpx.Response(500))
    for _ in range(10):
        assert await door.answer(CouponCount(), member) == 0
    assert (await door.answer(MyPoints(), member)).balance == 10
    with pytest.raises(Unavailable):
        await door.answer(MyCoupons(), member)


async def test_a_shop_without_coupons_or_points_is_silent_about_them(
    door: ShopDoor, far: StandIn, member: Caller
) -> None:
    far.tell("GET /capabilities", {"operations": ["GET /customers/{cid}/orders"]})
    far.tell("GET /customers/m-1/points", {"balance": 0})
    far.tell("GET /customers/m-1/coupons", page())
    assert await door.answer(MyPoints(), member) is None
    assert await door.answer(MyCoupons(), member) is None
