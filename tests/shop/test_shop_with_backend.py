"""The doors against the reference backend and its demo shop, over its own wire format."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from backend.app import create_app
from backend.settings import BackendSettings
from bot.customers.linking import Credential
from bot.customers.profile import Trust
from bot.errors import ProofExpired
from bot.messages import Account
from bot.ports import Caller
from bot.shop import Backend, IdentityDoor, ShopDoor, ShopNames, connect, open_shop
from bot.shopfront.base import Money, Option, Refused
from bot.shopfront.catalogue import (
    ONLINE,
    Calendar,
    Held,
    HoldTermsAt,
    MyHolds,
    NoLongerThere,
    PickupAt,
    ProductById,
    ProductsMatching,
    PutAside,
    Released,
    ReleaseHold,
    StockAt,
    StockElsewhere,
    StoreById,
    Stores,
    StoresMatching,
    VariantsOf,
)
from bot.shopfront.house import AboutTheShop, Capable, FaqPage
from bot.shopfront.membership import (
    CheckCode,
    CodeSent,
    CodeWrong,
    Contacts,
    LookUpMember,
    MyCoupons,
    MyLots,
    MyPoints,
    Proven,
    SendCode,
)
from bot.shopfront.orders import (
    CancelPickup,
    ChangedMeanwhile,
    ExtendPickup,
    GuestOrder,
    LookUpGuestOrder,
    MovePickup,
    MyOrder,
    MyOrders,
    PickupCode,
    PlanCancellation,
    PlanExtension,
    PlanOtherStore,
    ShowPickupCode,
)
from tests.shop.shop_stand_in import Customers

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEMO = Path(__file__).parents[2] / "backend" / "demo_shop"
NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SORA = "sora-bk-265"
STRANGER = Caller(Account("webchat", "somebody"), "ja")


class Clock:
    def now(self) -> datetime:
        return NOON

    def real(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Counter:
    door: ShopDoor
    identity: IdentityDoor
    names: ShopNames
    customers: Customers
    codes: Path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Counter]:
    folder = tmp_path_factory.mktemp("backend")
    settings = BackendSettings(
        database_url=f"sqlite:///{folder / 'backend.db'}",
        token="service-token",
        secret="a secret of the backend",
        data=DEMO,
        code_sink=f"file:{folder / 'codes.jsonl'}",
        clock=lambda: NOON,
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with connect("http://backend", "service-token", transport) as http:
            backend = Backend(http, Clock())
            shop = open_shop(backend, "a secret of the counter")
            customers = Customers()
            door, identity = ShopDoor(shop), IdentityDoor(shop, customers)
            yield Counter(door, identity, ShopNames(backend), customers, folder / "codes.jsonl")
            await door.close()


def _records(name: str) -> list[dict]:
    return [json.loads(line) for line in (DEMO / name).read_text().splitlines() if line]


def _ready_pickups() -> list[dict]:
    return [
        order
        for order in _records("orders.jsonl")
        if order["customer_id"] and (order.get("pickup") or {}).get("status") == "ready"
    ]


def _member(member_id: str, language: str = "ja") -> Caller:
    """A member proven lately, whose session at the backend has ended since."""
    account = Account("line", f"U-{member_id}")
    return Caller(account, language, member_id, "ended", Trust.VERIFIED)


async def test_names_of_products_and_stores(counter: Counter) -> None:
    await counter.names.refresh()
    first = counter.names.current()
    await counter.names.refresh()
    assert counter.names.current() is first
    assert first.version
    sora = next(product for product in first.products if product.id == "sora")
    assert sora.name_en == "Sora Running Shoes"
    assert "26.5cm" in sora.axes["サイズ"]
    shibuya = next(store for store in first.stores if store.id == "shibuya")
    assert {"東京都", "渋谷駅"} <= set(shibuya.places)


async def test_a_product_its_variants_and_its_english_name(counter: Counter) -> None:
    product = await counter.door.answer(ProductById("sora"), replace(STRANGER, language="en"))
    assert product.name == "Sora Running Shoes"
    assert [axis.slot for axis in product.axes] == ["size", "color"]
    variants = await counter.door.answer(VariantsOf("sora"), STRANGER)
    wanted = next(variant for variant in variants if variant.id == SORA)
    assert wanted.price == Money("JPY", 12900)
    matches = await counter.door.answer(ProductsMatching("ソラ"), STRANGER)
    assert "sora" in [option.value for option in matches]
    assert await counter.door.answer(ProductById("nothing"), STRANGER) is None


async def test_stores_their_hours_and_the_nearest(counter: Counter) -> None:
    store = await counter.door.answer(StoreById("shibuya"), STRANGER)
    assert (store.open_now, store.pickup_counter_close) == (True, "19:30")
    (today, _) = await counter.door.answer(Calendar("shibuya", None, 2), STRANGER)
    assert (today.date, today.open, today.close) == (date(2026, 11, 21), "11:00", "21:00")
    near = await counter.door.answer(Stores(near=(35.6, 139.7), service="pickup"), STRANGER)
    assert near[0].distance_m <= near[1].distance_m
    assert len(await counter.door.answer(Stores(), STRANGER)) >= 7
    (found, *_) = await counter.door.answer(StoresMatching("しぶや"), STRANGER)
    assert found == Option("shibuya", "渋谷店", "渋谷駅")


async def test_stock_here_online_and_elsewhere(counter: Counter) -> None:
    asked = StockAt((SORA,), ("shibuya", ONLINE))
    here, online = await counter.door.answer(asked, STRANGER)
    assert (here.store_name, online.store_name) == ("渋谷店", "オンラインストア")
    assert here.available is not None
    assert here.as_of is not None
    elsewhere = await counter.door.answer(StockElsewhere(SORA, "shibuya"), STRANGER)
    assert 1 <= len(elsewhere) <= 3
    assert all(level.there for level in elsewhere)
    pickup = await counter.door.answer(PickupAt(SORA, "shibuya"), STRANGER)
    assert (pickup.possible, pickup.fee) == (True, Money("JPY", 0))


async def test_a_stranger_has_a_pair_put_aside_and_gives_it_back(counter: Counter) -> None:
    door, here = counter.door, StockAt((SORA,), ("shibuya",))
    terms = await door.answer(HoldTermsAt("shibuya"), STRANGER)
    (before,) = await door.answer(here, STRANGER)
    aside = PutAside("shibuya", SORA, 1, "サトウ")
    held = await door.perform(aside, "stranger-1", STRANGER)
    assert isinstance(held, Held)
    assert held.until == terms.until
    assert await door.perform(aside, "stranger-1", STRANGER) == held
    (after,) = await door.answer(here, STRANGER)
    assert after.available == before.available - 1
    (mine,) = await door.answer(MyHolds(), STRANGER)
    assert (mine.number, mine.what) == (held.number, "ソラ ランニングシューズ 26.5cm ブラック")
    (in_english,) = await door.answer(MyHolds(), replace(STRANGER, language="en"))
    assert in_english.what == "Sora Running Shoes 26.5cm black"
    somebody_else = replace(STRANGER, account=Account("webchat", "another"))
    assert await door.answer(MyHolds(), somebody_else) == ()
    refused = await door.perform(ReleaseHold(held.hold_id), "not-theirs", somebody_else)
    assert refused == Refused("not-found")
    changed = await door.perform(ReleaseHold(held.hold_id, '"before"'), "stale", STRANGER)
    assert changed == Refused("state-changed")
    agreed = ReleaseHold(held.hold_id, mine.etag)
    released = await door.perform(agreed, "stranger-2", STRANGER)
    assert released == Released(held.hold_id)
    (again,) = await door.answer(here, STRANGER)
    assert again.available == before.available


async def test_more_than_there_is_cannot_be_put_aside(counter: Counter) -> None:
    variants = await counter.door.answer(VariantsOf("sora"), STRANGER)
    asked = StockAt(tuple(variant.id for variant in variants), ("shibuya",))
    levels = await counter.door.answer(asked, STRANGER)
    scarce = next(level for level in levels if level.display == "low")
    wanted = PutAside("shibuya", scarce.variant_id, scarce.available + 1, "サトウ")
    outcome = await counter.door.perform(wanted, "too-many", STRANGER)
    assert outcome == NoLongerThere(scarce.available)


async def test_a_member_proves_the_account_with_a_code(counter: Counter) -> None:
    identity = counter.identity
    found = await identity.perform(LookUpMember("member_no", "10024817"), "1", STRANGER)
    assert isinstance(found, Contacts)
    way = found.ways[0]
    sent = await identity.perform(SendCode(found.lookup_id, way.value, way.label), "2", STRANGER)
    assert isinstance(sent, CodeSent)
    code = await asyncio.to_thread(_last_code, counter.codes)
    wrong = "000000" if code != "000000" else "111111"
    outcome = await identity.perform(CheckCode(sent.challenge_id, wrong), "3", STRANGER)
    assert outcome == CodeWrong(4)
    outcome = await identity.perform(CheckCode(sent.challenge_id, code), "4", STRANGER)
    assert outcome == Proven("m-001")
    account, proof, by = counter.customers.proven[-1]
    assert (account, by, proof.name) == (STRANGER.account, "code", "佐藤 美咲")
    known = replace(STRANGER, member_id="m-001", session=proof.session, trust=proof.trust)
    points = await counter.door.answer(MyPoints(), known)
    assert points.balance > 0
    lots = await counter.door.answer(MyLots(), known)
    assert lots == tuple(sorted(lots, key=lambda lot: lot.expires_on))
    assert await counter.door.answer(MyCoupons(), known)


async def test_a_stranger_who_is_no_member_is_shown_ways_too(counter: Counter) -> None:
    asked = LookUpMember("phone", "080-9999-0000")
    found = await counter.identity.perform(asked, "nobody", STRANGER)
    assert isinstance(found, Contacts)
    assert found.ways


async def test_a_linked_account_reads_but_is_shown_no_pickup_code(counter: Counter) -> None:
    order = next(o for o in _ready_pickups() if o["customer_id"] == "m-002")
    linked = replace(_member("m-002"), trust=Trust.LINKED)
    assert await counter.door.answer(MyPoints(), linked)
    with pytest.raises(ProofExpired):
        await counter.door.perform(ShowPickupCode(order["id"]), "linked", linked)
    proof = await counter.identity.vouch(linked.account, Credential("member_id", "m-002"))
    verified = replace(linked, session=proof.session, trust=proof.trust)
    shown = await counter.door.perform(ShowPickupCode(order["id"]), "verified", verified)
    assert isinstance(shown, PickupCode)


async def test_a_members_orders_with_their_parcels(counter: Counter) -> None:
    me = _member("m-001")
    orders = await counter.door.answer(MyOrders(), me)
    placed = [order.placed_at for order in orders]
    assert placed == sorted(placed, reverse=True)
    shipped = next(order for order in orders if order.status == "shipped")
    assert shipped.parcels[0].tracking_url
    assert await counter.door.answer(MyOrder(shipped.order_no.lower()), me) == shipped
    others = next(o for o in _records("orders.jsonl") if o["customer_id"] == "m-002")
    assert await counter.door.answer(MyOrder(others["order_no"]), me) is None


async def test_a_ready_pickup_is_shown_kept_longer_moved_and_cancelled(counter: Counter) -> None:
    order = next(o for o in _ready_pickups() if o["pickup"]["store_id"] != "shibuya")
    me, door = _member(order["customer_id"]), counter.door
    assert isinstance(await door.perform(ShowPickupCode(order["id"]), "c", me), PickupCode)
    before = await door.answer(MyOrder(order["order_no"]), me)
    plan = await door.answer(PlanExtension(order["id"]), me)
    assert plan.hold_until == before.pickup.hold_until + timedelta(days=7)
    extend = ExtendPickup(order["id"], plan.hold_until)
    kept = await door.perform(extend, "extend", me)
    assert await door.perform(extend, "extend", me) == kept
    assert (kept.hold_until, kept.order_no) == (plan.hold_until, order["order_no"])
    assert not (await door.answer(PlanExtension(order["id"]), me)).possible
    assert (await door.answer(PlanOtherStore(order["id"], "shibuya"), me)).possible
    moved = await door.perform(MovePickup(order["id"], "shibuya"), "move", me)
    assert (moved.store_id, moved.store_name) == ("shibuya", "渋谷店")
    old = CancelPickup(order["id"], plan.etag)
    changed = await door.perform(old, "cancel what was shown before", me)
    assert isinstance(changed, ChangedMeanwhile)
    assert changed.pickup.store_id == "shibuya"
    now = await door.answer(PlanCancellation(order["id"]), me)
    assert now.refund == before.total
    cancelled = await door.perform(CancelPickup(order["id"], now.etag), "cancel", me)
    assert cancelled.status == "cancelled"
    after = await door.answer(MyOrder(order["order_no"]), me)
    assert after.status == "cancelled"


async def test_a_guest_finds_an_order_by_number_and_phone(counter: Counter) -> None:
    order = next(
        o
        for o in _records("orders.jsonl")
        if not o["customer_id"] and (o.get("contact") or {}).get("phone")
    )
    proof = order["contact"]["phone"][-4:]
    asked = LookUpGuestOrder(order["order_no"], proof)
    found = await counter.door.perform(asked, "guest", STRANGER)
    assert isinstance(found, GuestOrder)
    assert found.order.order_no == order["order_no"]
    wrong = LookUpGuestOrder(order["order_no"], f"{(int(proof) + 1) % 10000:04}")
    assert await counter.door.perform(wrong, "guest-2", STRANGER) == Refused("not-found")


async def test_the_house_its_abilities_and_its_pages(counter: Counter) -> None:
    house = await counter.door.answer(AboutTheShop(), STRANGER)
    assert (house.name, house.pickup_fee) == ("そよぎ商店", Money("JPY", 0))
    assert {"POST /holds", "GET /customers/{}/points"} <= await counter.door.answer(
        Capable(), STRANGER
    )
    page = await counter.door.answer(FaqPage("返品したい"), STRANGER)
    assert "14日" in page.text
    assert await counter.door.answer(FaqPage("今日の天気を教えてください"), STRANGER) is None


def _last_code(codes: Path) -> str:
    return str(json.loads(codes.read_text().splitlines()[-1])["code"])
