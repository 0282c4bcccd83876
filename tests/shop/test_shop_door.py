"""Every question and request has somebody who answers it, from the contract's own forms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

import bot.shopfront.catalogue
import bot.shopfront.house
import bot.shopfront.membership
import bot.shopfront.orders  # noqa: F401
from bot.errors import OutcomeUnknown
from bot.ports import Caller
from bot.shop import IdentityDoor, Shop, ShopDoor
from bot.shop.catalogue import AxisWire, axes
from bot.shop.rest import ANSWERERS, PERFORMERS
from bot.shopfront.base import Effect, Money, Query, Refused
from bot.shopfront.catalogue import (
    HoldTermsAt,
    MyHolds,
    PickupAt,
    ProductById,
    ProductsMatching,
    Released,
    ReleaseHold,
    StockAt,
    StockElsewhere,
    Stores,
    VariantsOf,
)
from bot.shopfront.house import AboutTheShop, Capable, FaqPage
from bot.shopfront.orders import (
    CancelPickup,
    ChangedMeanwhile,
    ExtendPickup,
    GuestOrder,
    LookUpGuestOrder,
    MyOrder,
    MyOrders,
    PickupCode,
    PlanExtension,
    ShowPickupCode,
)
from tests.shop.shop_stand_in import (
    LEVEL,
    ORDER,
    PICKUP,
    STORE,
    StandIn,
    StoppedClock,
    page,
    problem,
)

YEN = {"currency": "JPY", "amount": 2990}
OURS = ("shop", "faq")


def _kinds(base: type[Any]) -> Iterator[type[Any]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _asked_of(base: type[Any], *doors: str) -> set[type[Any]]:
    known = (kind for kind in _kinds(base) if kind.__module__.startswith("bot.shopfront."))
    return {kind for kind in known if kind.door in doors}


def test_every_question_and_request_has_an_answerer(identity: IdentityDoor) -> None:
    assert set(ANSWERERS) == _asked_of(Query, *OURS)
    assert set(PERFORMERS) == _asked_of(Effect, *OURS)
    assert set(identity._performers) == _asked_of(Effect, "identity")
    assert not _asked_of(Query, "identity")


@pytest.mark.parametrize(
    ("names", "slots"),
    [
        (("サイズ", "カラー"), ("size", "color")),
        (("Colour", "Shoe Size"), ("color", "size")),
        (("容量", "色"), ("size", "color")),
        (("サイズ", "容量"), ("size", "容量")),
        (("Storage", "Plug"), ("size", "Plug")),
        (("size", "サイズ", "color", "カラー"), ("size", "サイズ", "color", "カラー")),
        (("サイズ", "size", "Size"), ("size", "size'", "Size")),
        (("香り",), ("香り",)),
    ],
)
def test_one_slot_names_one_axis(names: tuple[str, ...], slots: tuple[str, ...]) -> None:
    assert tuple(axis.slot for axis in axes(AxisWire(name=name) for name in names)) == slots


async def test_a_product_with_bare_axes_takes_their_values_from_its_variants(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    variants = [{"id": "1", "options": {"サイズ": "M"}}, {"id": "2", "options": {"サイズ": "L"}}]
    told = {"id": "p", "name": "ヒビ", "option_axes": ["サイズ"], "variants": variants}
    far.tell("GET /products/p", told)
    product = await door.answer(ProductById("p"), stranger)
    assert product.axes[0].values == ("M", "L")


async def test_a_sale_that_ended_meanwhile_is_over(
    door: ShopDoor, far: StandIn, clock: StoppedClock, stranger: Caller
) -> None:
    sale = {
        "id": "v1",
        "product_id": "p",
        "options": {},
        "price": YEN,
        "list_price": {"currency": "JPY", "amount": 3990},
        "sale_ends_at": "2026-11-21T12:05:00+09:00",
    }
    far.tell("GET /products/p/variants", page(sale))
    (before,) = await door.answer(VariantsOf("p"), stranger)
    clock.forward(minutes=10)
    (after,) = await door.answer(VariantsOf("p"), stranger)
    assert (before.price, after.price) == (Money("JPY", 2990), Money("JPY", 3990))
    assert after.list_price is None


async def test_a_barcode_is_looked_for_as_a_barcode(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell("GET /products", page({"id": "p", "name": "ヒビ"}))
    await door.answer(ProductsMatching("４５９９９９１００００７７"), stranger)
    assert await door.answer(ProductsMatching("ヒビ"), stranger)
    assert await door.answer(ProductsMatching("　"), stranger) == ()
    jan, words = far.requests("GET /products")
    assert jan.url.params["jan"] == "4599991000077"
    assert words.url.params["q"] == "ヒビ"


async def test_unknown_stock_stays_unknown_and_bands_follow_from_numbers(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    told = [
        {"variant_id": "v1", "store_id": "shibuya", "available": None},
        {"variant_id": "v2", "store_id": "shibuya", "available": 9},
        {"variant_id": "v3", "store_id": "shibuya", "available": 1},
        {"variant_id": "v4", "store_id": "shibuya", "available": 0},
    ]
    far.tell("GET /stores/shibuya", STORE)
    far.tell("GET /stock", page(*told))
    asked = StockAt(("v1", "v2", "v3", "v4", "v5"), ("shibuya",))
    levels = await door.answer(asked, stranger)
    assert [level.display for level in levels] == ["unknown", "in_stock", "low", "out", "unknown"]
    assert levels[0].available is None
    assert levels[0].as_of is None


async def test_the_nearest_stores_that_have_it(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    there = [{**LEVEL, "store_id": "ueno", "distance_m": 900}, {**LEVEL, "store_id": None}]
    gone = {**LEVEL, "store_id": "ginza", "available": 0, "display": "out"}
    far.tell("GET /stores/shibuya", STORE)
    far.tell("GET /stores/ueno", {"id": "ueno", "name": "上野店"})
    far.tell("GET /stock", page(gone, *there))
    (level,) = await door.answer(StockElsewhere("v1", "shibuya"), stranger)
    assert (level.store_name, level.distance_m) == ("上野店", 900)
    assert far.last("GET /stock").url.params["near"] == "35.66000,139.70000"


async def test_only_stores_one_can_visit_are_shown(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell("GET /stores", page(STORE, {"id": "w", "name": "倉庫", "kind": "warehouse"}))
    stores = await door.answer(Stores(service="pickup"), stranger)
    assert [store.id for store in stores] == ["shibuya"]
    assert far.last("GET /stores").url.params["services"] == "pickup"


async def test_collecting_costs_what_the_shop_says(
    door: ShopDoor, far: StandIn, shop: Shop, stranger: Caller
) -> None:
    option = {
        "store_id": "shibuya",
        "from": "transfer",
        "ready_at_estimate": "2026-11-23T13:00:00+09:00",
    }
    fees = [{"condition": "本州", "amount": YEN}, {"condition": "店舗受取", "amount": YEN}]
    far.tell("GET /pickup/options", page(option))
    far.tell("GET /shop", {"name": "そよぎ商店", "shipping": {"fees": fees[:1]}})
    found = await door.answer(PickupAt("v1", "shibuya"), stranger)
    assert (found.possible, found.from_transfer, found.fee) == (True, True, None)
    far.tell("GET /shop", {"name": "そよぎ商店", "shipping": {"fees": fees}})
    shop.cache.forget_ports("shop")
    assert (await door.answer(PickupAt("v1", "shibuya"), stranger)).fee == Money("JPY", 2990)
    assert await door.answer(PickupAt("v1", "ginza"), stranger) is None


async def test_a_shop_that_cannot_say_about_collecting_leaves_it_open(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell("GET /pickup/options", problem("unavailable", 503, outcome="none"))
    assert await door.answer(PickupAt("v1", "shibuya"), stranger) is None
    far.tell("GET /pickup/options", problem("invalid-request", 400, fields=[]))
    assert await door.answer(PickupAt("v1", "shibuya"), stranger) is None


async def test_a_hold_ends_when_the_store_closes_on_its_last_open_day(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    open_day = {"open": "11:00", "close": "20:00", "closed": False}
    days = [{"date": "2026-11-24", "closed": True}, {"date": "2026-11-25", **open_day}]
    far.tell("GET /stores/shibuya", STORE)
    far.tell("GET /stores/shibuya/calendar", page(*days))
    far.tell("GET /shop", {"holds": {"confirmation": "store", "days": 3, "per_customer": 2}})
    terms = await door.answer(HoldTermsAt("shibuya"), stranger)
    assert terms.until.isoformat() == "2026-11-25T20:00:00+09:00"
    assert (terms.per_customer, terms.by_store) == (2, True)
    assert far.last("GET /stores/shibuya/calendar").url.params["from"] == "2026-11-24"


async def test_a_shop_that_cannot_put_aside_has_no_terms(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell("GET /stores/shibuya", STORE)
    far.tell("GET /capabilities", {"operations": ["GET /orders/{order_id}"], "limits": {}})
    assert await door.answer(HoldTermsAt("shibuya"), stranger) is None
    assert await door.answer(Capable(), stranger) == {"GET /orders/{}"}


async def test_holds_of_a_stranger_and_of_a_member(
    door: ShopDoor, far: StandIn, stranger: Caller, member: Caller
) -> None:
    hold = {
        "id": "h",
        "store_id": "shibuya",
        "code": "482913",
        "lines": [{"variant_id": "v1", "quantity": 2}],
        "status": "requested",
    }
    far.tell("GET /stores/shibuya", STORE)
    far.tell("GET /variants/v1", {"id": "v1", "product_id": "p", "options": {"サイズ": "M"}})
    far.tell("GET /products/p", {"id": "p", "name": "ヒビ"})
    far.tell("GET /holds", page(hold, {**hold, "id": "old", "status": "released"}))
    (mine,) = await door.answer(MyHolds(), stranger)
    assert (mine.number, mine.what, mine.store_name) == ("482913", "ヒビ M × 2", "渋谷店")
    assert len(far.last("GET /holds").headers["channel-user-ref"]) == 64
    far.tell("GET /customers/m-1/holds", page(hold))
    assert len(await door.answer(MyHolds(), member)) == 1
    far.tell("DELETE /holds/h", httpx.Response(204))
    assert await door.perform(ReleaseHold("h"), "k", stranger) == Released("h")
    far.tell("DELETE /holds/h", problem("not-allowed-in-state", 409, state="released"))
    assert await door.perform(ReleaseHold("h"), "k2", stranger) == Released("h")
    far.tell("DELETE /holds/h", problem("not-found", 404))
    assert await door.perform(ReleaseHold("h"), "k3", stranger) == Refused("not-found")


async def test_orders_come_with_their_parcels_and_late_ones_are_marked(
    door: ShopDoor, far: StandIn, member: Caller
) -> None:
    parcel = {
        "id": "s",
        "carrier": "other",
        "carrier_label": "そよぎ急便",
        "status": "in_transit",
        "eta": {"date": "2026-11-20", "slot": None},
        "events": [{"at": "2026-11-20T10:00:00+09:00", "code": "in_transit", "text": "輸送中"}],
    }
    listed = {name: value for name, value in ORDER.items() if name != "shipments"}
    done = {**listed, "id": "o-0", "order_no": "A-0", "status": "delivered"}
    far.tell("GET /customers/m-1/orders", page(listed, done))
    far.tell("GET /orders/o-1", {**ORDER, "shipments": [parcel]})
    late, old = await door.answer(MyOrders(), member)
    assert (late.parcels[0].carrier, late.parcels[0].late) == ("そよぎ急便", True)
    assert late.parcels[0].last_event.text == "輸送中"
    assert old.parcels == ()
    assert far.times("GET /orders/o-0") == 0
    assert (await door.answer(MyOrder("ａ１"), member)).order_no == "A-1"
    assert await door.answer(MyOrder("A-2"), member) is None


async def test_somebody_elses_order_is_not_there(
    door: ShopDoor, far: StandIn, member: Caller
) -> None:
    far.tell("GET /customers/m-1/orders", page(ORDER))
    assert await door.answer(MyOrder("A-1"), member) is None


@pytest.mark.parametrize(
    ("told", "proof"),
    [
        ("５６７８", {"phone_last4": "5678"}),
        ("taro@example.com", {"email": "taro@example.com"}),
        ("150-0041 佐藤 美咲", {"postal_code": "150-0041", "name": "佐藤 美咲"}),
    ],
)
async def test_a_guest_proves_an_order_with_what_only_the_buyer_knows(
    door: ShopDoor, far: StandIn, stranger: Caller, told: str, proof: dict[str, str]
) -> None:
    far.tell("POST /orders/lookup", {"session": "guest-token", "order_id": "o-1", "aal": 1})
    far.tell("GET /orders/o-1", ORDER)
    found = await door.perform(LookUpGuestOrder("A-1", told), "k", stranger)
    assert isinstance(found, GuestOrder)
    assert json.loads(far.last("POST /orders/lookup").content)["proof"] == proof
    assert far.last("GET /orders/o-1").headers["customer-session"] == "guest-token"


async def test_a_wrong_or_unreadable_guest_proof_is_refused(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell("POST /orders/lookup", problem("not-found", 404), problem("locked", 423))
    ask = LookUpGuestOrder("A-1", "0000")
    assert await door.perform(ask, "1", stranger) == Refused("not-found")
    assert await door.perform(ask, "2", stranger) == Refused("locked")
    unclear = LookUpGuestOrder("A-1", "忘れました")
    assert await door.perform(unclear, "3", stranger) == Refused("invalid-request")


async def test_a_pickup_is_kept_longer_as_its_plan_said(
    door: ShopDoor, far: StandIn, member: Caller
) -> None:
    extend = "POST /orders/o-1/pickup/extend"
    far.tell("GET /stores/shibuya", STORE)
    far.tell("GET /orders/o-1", {**ORDER, "status": "ready_for_pickup", "pickup": PICKUP})
    far.tell("GET /capabilities", {"operations": [], "limits": {"extend_days": 7}})
    far.tell(extend, {"effects": [{"kind": "pickup_extended"}], "etag": '"1"'})
    plan = await door.answer(PlanExtension("o-1"), member)
    until = date(2026, 11, 27) + timedelta(days=7)
    assert (plan.possible, plan.hold_until) == (True, until)
    assert far.last(extend).url.params["dry_run"] == "true"
    assert "idempotency-key" not in far.last(extend).headers
    assert plan.etag == '"1"'
    far.tell(extend, {**PICKUP, "hold_until": until.isoformat()})
    pickup = await door.perform(ExtendPickup("o-1", until, plan.etag), "k", member)
    assert far.last(extend).headers["if-match"] == '"1"'
    assert (pickup.hold_until, pickup.order_no, pickup.store_name) == (until, "A-1", "渋谷店")
    far.tell(extend, problem("not-allowed-in-state", 409, state="picked_up"))
    assert await door.perform(ExtendPickup("o-1", until), "k2", member) == Refused("picked_up")
    assert (await door.answer(PlanExtension("o-1"), member)).reason == "picked_up"
    far.tell(extend, httpx.ReadTimeout("slow"))
    with pytest.raises(OutcomeUnknown):
        await door.perform(ExtendPickup("o-1", until), "k3", member)


async def test_a_pickup_that_changed_meanwhile_is_left_alone_and_told_anew(
    door: ShopDoor, far: StandIn, member: Caller
) -> None:
    cancel = "POST /orders/o-1/pickup/cancel"
    moved = {**PICKUP, "store_id": "ueno"}
    far.tell("GET /stores/shibuya", STORE)
    far.tell("GET /stores/ueno", {**STORE, "id": "ueno", "name": "上野店"})
    order = {**ORDER, "status": "ready_for_pickup"}
    far.tell("GET /orders/o-1", {**order, "pickup": PICKUP}, {**order, "pickup": moved})
    far.tell(cancel, problem("state-changed", 412))
    outcome = await door.perform(CancelPickup("o-1", '"1"'), "k", member)
    assert isinstance(outcome, ChangedMeanwhile)
    assert outcome.pickup.store_name == "上野店"


async def test_the_pickup_code_is_shown_and_never_kept(
    door: ShopDoor, far: StandIn, member: Caller
) -> None:
    code = {"code": "482913", "barcode": {"format": "qr", "payload": "P482913"}}
    far.tell("POST /orders/o-1/pickup/code", code)
    for key in ("1", "2"):
        shown = await door.perform(ShowPickupCode("o-1"), key, member)
        assert shown == PickupCode("482913", "P482913")
    assert far.times("POST /orders/o-1/pickup/code") == 2


async def test_rules_and_pages_are_the_shops_own(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell("GET /shop", {"name": "別の店", "support": {"phone": "03-0000-0000"}})
    house = await door.answer(AboutTheShop(), stranger)
    assert (house.name, house.support_phone, house.pickup_fee) == ("別の店", "03-0000-0000", None)
    far.tell("GET /faq", page({"title": "返品", "body": "14日以内です。", "score": 0.9}))
    found = await door.answer(FaqPage("返品したい 090-1234-5678 taro@example.com"), stranger)
    assert found.text == "14日以内です。"
    assert far.last("GET /faq").url.params["q"].strip() == "返品したい"
    far.tell("GET /faq", page({"title": "返品", "body": "14日以内です。", "score": 0.1}))
    assert await door.answer(FaqPage("天気は"), stranger) is None
    far.tell("GET /faq", problem("not-supported", 501))
    assert await door.answer(FaqPage("送料は"), stranger) is None
