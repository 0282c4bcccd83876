"""What is kept, for how long, and what is said of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from bot.customers.profile import Trust
from bot.errors import ProofExpired, Unavailable
from bot.ports import Caller
from bot.shop import Shop, ShopDoor
from bot.shop.cache import PRODUCTS as POLICY
from bot.shop.cache import Cache, Kept, Key
from bot.shop.wire import Nothing
from bot.shopfront.catalogue import ONLINE, PutAside, StockAt, StoreById
from bot.shopfront.membership import MyPoints
from bot.shopfront.orders import MyOrders
from tests.shop.shop_stand_in import (
    LEVEL,
    ORDER,
    PHONE_ACCOUNT,
    PICKUP,
    STORE,
    StandIn,
    StoppedClock,
    page,
    problem,
)

STOCK = "GET /stock"
POINTS = "GET /customers/m-1/points"
ORDERS = "GET /customers/m-1/orders"
HERE = StockAt(("v1",), ("shibuya",))
DOWN = httpx.ConnectError("down")
TWO = datetime(2026, 11, 21, 2, 58, tzinfo=UTC)


async def background(shop: Shop) -> None:
    await asyncio.gather(*shop.refreshing.values())


async def test_a_fresh_answer_is_not_asked_for_again(
    door: ShopDoor, far: StandIn, clock: StoppedClock, stranger: Caller
) -> None:
    far.tell("GET /stores/shibuya", STORE)
    far.tell(STOCK, page(LEVEL))
    await door.answer(HERE, stranger)
    clock.forward(seconds=59)
    (level,) = await door.answer(HERE, stranger)
    assert (level.available, level.stale, level.as_of) == (2, False, TWO)
    assert far.times(STOCK) == 1


async def test_an_answer_past_its_prime_is_used_once_more_while_a_new_one_is_fetched(
    door: ShopDoor, far: StandIn, shop: Shop, clock: StoppedClock, stranger: Caller
) -> None:
    far.tell("GET /stores/shibuya", STORE)
    far.tell(STOCK, page(LEVEL), page({**LEVEL, "available": 1}))
    await door.answer(HERE, stranger)
    clock.forward(seconds=90)
    (old,) = await door.answer(HERE, stranger)
    await background(shop)
    (new,) = await door.answer(HERE, stranger)
    assert (old.available, old.stale) == (2, True)
    assert (new.available, new.stale) == (1, False)
    assert far.times(STOCK) == 2


async def test_stock_of_a_silent_backend_is_told_with_its_time_for_a_quarter_of_an_hour(
    door: ShopDoor, far: StandIn, clock: StoppedClock, stranger: Caller
) -> None:
    far.tell("GET /stores/shibuya", STORE)
    far.tell(STOCK, page(LEVEL), DOWN)
    await door.answer(HERE, stranger)
    clock.forward(minutes=14)
    (level,) = await door.answer(HERE, stranger)
    assert (level.available, level.stale, level.as_of) == (2, True, TWO)
    clock.forward(minutes=2)
    with pytest.raises(Unavailable):
        await door.answer(HERE, stranger)


async def test_an_unchanged_answer_is_fresh_again_without_being_sent(
    door: ShopDoor, far: StandIn, clock: StoppedClock, stranger: Caller
) -> None:
    tagged = httpx.Response(200, json=page(LEVEL), headers={"etag": '"7"'})
    far.tell("GET /stores/shibuya", STORE)
    far.tell(STOCK, tagged, httpx.Response(304, headers={"etag": '"7"'}))
    await door.answer(HERE, stranger)
    clock.forward(minutes=3)
    (level,) = await door.answer(HERE, stranger)
    assert far.last(STOCK).headers["if-none-match"] == '"7"'
    assert (level.available, level.stale) == (2, False)
    clock.forward(seconds=30)
    await door.answer(HERE, stranger)
    assert far.times(STOCK) == 2


async def test_the_backend_may_want_to_be_asked_every_time(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell("GET /stores/shibuya", STORE)
    never = {"cache-control": "private, max-age=0"}
    far.tell(STOCK, httpx.Response(200, json=page(LEVEL), headers=never))
    await door.answer(HERE, stranger)
    far.tell(STOCK, DOWN)
    (level,) = await door.answer(HERE, stranger)
    assert (far.times(STOCK), level.stale) == (3, True)


async def test_what_was_just_put_aside_is_seen_at_once(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell("GET /stores/shibuya", STORE)
    far.tell(STOCK, page(LEVEL), page({**LEVEL, "available": 1}))
    far.tell("POST /holds", {"id": "h", "store_id": "shibuya", "code": "1", "status": "active"})
    await door.answer(HERE, stranger)
    await door.perform(PutAside("shibuya", "v1", 1, "サトウ"), "key", stranger)
    (level,) = await door.answer(HERE, stranger)
    assert (level.available, level.stale) == (1, False)


async def test_one_silent_place_does_not_silence_the_other(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    def by_place(request: httpx.Request) -> httpx.Response:
        if "scope" in request.url.params:
            raise DOWN
        return httpx.Response(200, json=page(LEVEL))

    far.tell("GET /stores/shibuya", STORE)
    far.tell(STOCK, by_place)
    here, online = await door.answer(StockAt(("v1",), ("shibuya", ONLINE)), stranger)
    assert (here.available, here.store_name) == (2, "渋谷店")
    assert (online.available, online.display, online.store_id) == (None, "unknown", ONLINE)
    assert online.store_name == "オンラインストア"


async def test_a_store_is_open_by_its_calendar_when_its_page_is_old(
    door: ShopDoor, far: StandIn, clock: StoppedClock, stranger: Caller
) -> None:
    days = [
        {"date": "2026-11-20", "open": "11:00", "close": "20:00", "closed": False},
        {"date": "2026-11-21", "open": "11:00", "close": "20:00", "closed": False},
    ]
    far.tell("GET /stores/shibuya", {**STORE, "open_now": True})
    far.tell("GET /stores/shibuya/calendar", page(*days))
    assert (await door.answer(StoreById("shibuya"), stranger)).open_now is True
    clock.forward(hours=5)
    assert (await door.answer(StoreById("shibuya"), stranger)).open_now is True
    clock.forward(minutes=50)
    clock.forward(hours=2.5)
    assert (await door.answer(StoreById("shibuya"), stranger)).open_now is False


async def test_points_are_kept_for_one_member_and_one_trust_and_not_after_log_out(
    door: ShopDoor, far: StandIn, member: Caller
) -> None:
    far.tell(POINTS, {"balance": 1240, "as_of": "2026-11-21T05:00:00+09:00"})
    assert (await door.answer(MyPoints(), member)).balance == 1240
    await door.answer(MyPoints(), member)
    assert far.times(POINTS) == 1
    await door.answer(MyPoints(), replace(member, trust=Trust.LINKED))
    assert far.times(POINTS) == 2
    with pytest.raises(ProofExpired):
        await door.answer(MyPoints(), Caller(PHONE_ACCOUNT, "ja"))
    with pytest.raises(ProofExpired):
        await door.answer(MyPoints(), replace(member, trust=Trust.ANONYMOUS))
    door.forget(PHONE_ACCOUNT, "m-1")
    await door.answer(MyPoints(), member)
    assert far.times(POINTS) == 3


async def test_points_without_a_time_of_their_own_are_of_the_moment_we_asked(
    door: ShopDoor, far: StandIn, clock: StoppedClock, member: Caller
) -> None:
    far.tell(POINTS, {"balance": 5}, DOWN)
    asked = clock.now()
    await door.answer(MyPoints(), member)
    clock.forward(hours=2)
    points = await door.answer(MyPoints(), member)
    assert (points.as_of, points.stale) == (asked, True)


async def test_nobody_is_sent_to_a_store_on_an_old_copy(
    door: ShopDoor, far: StandIn, clock: StoppedClock, member: Caller
) -> None:
    far.tell("GET /stores/shibuya", STORE)
    waiting = {**ORDER, "status": "ready_for_pickup", "pickup": PICKUP}
    far.tell(ORDERS, page(waiting), DOWN)
    await door.answer(MyOrders(), member)
    clock.forward(minutes=9)
    (order,) = await door.answer(MyOrders(), member)
    assert order.stale
    assert order.pickup.stale
    clock.forward(minutes=2)
    with pytest.raises(Unavailable):
        await door.answer(MyOrders(), member)


async def test_ready_is_not_said_after_the_last_day_but_expired_is(
    door: ShopDoor, far: StandIn, clock: StoppedClock, member: Caller
) -> None:
    far.tell("GET /stores/shibuya", STORE)
    waiting = {**ORDER, "status": "ready_for_pickup"}
    last_day = {**PICKUP, "hold_until": "2026-11-20"}
    far.tell(ORDERS, page({**waiting, "pickup": {**last_day, "status": "expired"}}), DOWN)
    await door.answer(MyOrders(), member)
    clock.forward(minutes=5)
    (order,) = await door.answer(MyOrders(), member)
    assert order.pickup.status == "expired"
    far.tell(ORDERS, page({**waiting, "pickup": last_day}), DOWN)
    await door.answer(MyOrders(), member)
    clock.forward(minutes=5)
    with pytest.raises(Unavailable):
        await door.answer(MyOrders(), member)


async def test_a_member_who_is_gone_is_not_remembered(
    door: ShopDoor, far: StandIn, clock: StoppedClock, member: Caller
) -> None:
    far.tell(POINTS, {"balance": 5}, problem("not-found", 404), DOWN)
    await door.answer(MyPoints(), member)
    clock.forward(hours=1)
    assert await door.answer(MyPoints(), member) is None
    with pytest.raises(Unavailable):
        await door.answer(MyPoints(), member)


def test_the_cache_has_a_limit_and_drops_the_least_used(clock: StoppedClock) -> None:
    cache = Cache(largest_bytes=100)

    def key(name: str) -> Key:
        return Key("stock", name, (), "ja")

    kept = Kept(Nothing(), 40, None, clock.real(), clock.now(), POLICY)
    for name in ("a", "b"):
        cache.put(key(name), kept, asked_in=cache.generation)
    assert cache.get(key("a"))
    cache.put(key("c"), kept, asked_in=cache.generation)
    assert cache.get(key("b")) is None
    assert cache.get(key("a"))
    cache.put(key("d"), replace(kept, size=101), asked_in=cache.generation)
    assert cache.get(key("d")) is None


def test_an_answer_on_its_way_during_a_change_is_not_kept(clock: StoppedClock) -> None:
    cache = Cache()
    key = Key("stock", "/v1/stock", (("variant_id", "v1"),), "ja")
    before = cache.generation
    cache.forget_ports("stock", mentioning="v1")
    cache.put(key, Kept(Nothing(), 2, None, clock.real(), clock.now(), POLICY), asked_in=before)
    assert cache.get(key) is None
