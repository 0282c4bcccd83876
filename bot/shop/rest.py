"""The doors "shop" and "faq": every question and request, answered by the unified backend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from bot.errors import Unavailable
from bot.messages import Account
from bot.ports import Caller
from bot.shop import catalogue, holds, house, members, orders, pickups, points, stock, stores
from bot.shop.asking import Asking, Shop, unhurried
from bot.shop.client import Call, path
from bot.shop.problems import Problem
from bot.shop.wire import Nothing, Page
from bot.shopfront import catalogue as goods
from bot.shopfront import house as retailer
from bot.shopfront import membership
from bot.shopfront import orders as bought
from bot.shopfront.base import Effect, Query

Answerer = Callable[[Any, Asking], Awaitable[object]]
Performer = Callable[[Any, str, Asking], Awaitable[object]]

ANSWERERS: Mapping[type[Query[Any]], Answerer] = MappingProxyType(
    {
        goods.ProductById: catalogue.product_by_id,
        goods.VariantsOf: catalogue.variants_of,
        goods.ProductsMatching: catalogue.products_matching,
        goods.StoresMatching: stores.stores_matching,
        goods.StoreById: stores.store_by_id,
        goods.Stores: stores.stores,
        goods.Calendar: stores.calendar,
        goods.StockAt: stock.stock_at,
        goods.StockElsewhere: stock.stock_elsewhere,
        goods.PickupAt: stock.pickup_at,
        goods.HoldTermsAt: holds.hold_terms_at,
        goods.MyHolds: holds.my_holds,
        bought.MyOrders: orders.my_orders,
        bought.MyOrder: orders.my_order,
        bought.PlanExtension: pickups.plan_extension,
        bought.PlanOtherStore: pickups.plan_other_store,
        bought.PlanCancellation: pickups.plan_cancellation,
        membership.MyProfile: members.my_profile,
        membership.MyPoints: points.my_points,
        membership.MyLots: points.my_lots,
        membership.MyCoupons: points.my_coupons,
        membership.CouponCount: points.coupon_count,
        retailer.AboutTheShop: house.about_the_shop,
        retailer.Capable: house.capable,
        retailer.FaqPage: house.faq_page,
    }
)
PERFORMERS: Mapping[type[Effect[Any]], Performer] = MappingProxyType(
    {
        goods.PutAside: holds.put_aside,
        goods.ReleaseHold: holds.release_hold,
        bought.LookUpGuestOrder: orders.look_up_guest_order,
        bought.ShowPickupCode: pickups.show_pickup_code,
        bought.ExtendPickup: pickups.extend_pickup,
        bought.MovePickup: pickups.move_pickup,
        bought.CancelPickup: pickups.cancel_pickup,
    }
)


class ShopDoor:
    """`bot.ports.Door` for "shop" and "faq".

    `Unavailable` from `perform` speaks of that call alone: whether an earlier one with the same
    key did something is known only when one is answered.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def answer(self, query: Query[Any], caller: Caller) -> object:
        """The answer. Raises `Unavailable`, or `ProofExpired` for the customer's own data."""
        try:
            return await ANSWERERS[type(query)](query, Asking(self._shop, caller))
        except Problem as problem:
            raise Unavailable(problem.slug) from None

    async def perform(self, effect: Effect[Any], key: str, caller: Caller) -> object:
        """The outcome, refusals included.

        Raises `Unavailable`, `OutcomeUnknown`, or `ProofExpired` when nothing was done for want
        of a fresh proof.
        """
        try:
            return await PERFORMERS[type(effect)](effect, key, unhurried(self._shop, caller))
        except Problem as problem:
            raise Unavailable(problem.slug) from None

    async def healthy(self) -> None:
        """Raises `Unavailable` unless the backend answers its health check."""
        try:
            await self._shop.backend.read(Call("health", "GET", path("health")), Page[Nothing])
        except Problem as problem:
            raise Unavailable(problem.slug) from None

    def forget(self, account: Account, member_id: str | None) -> None:
        """The account logged out: nothing that was answered to it is kept, no session goes on."""
        self._shop.end_sessions(account)
        if member_id is not None:
            self._shop.cache.forget_member(member_id)

    async def close(self) -> None:
        """End what is still being asked in the background."""
        await self._shop.close()
