"""Every line the counter can say, with facts of many kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from bot.dialogue.heard import Told
from bot.shopfront.base import Money, Option
from bot.shopfront.catalogue import (
    ONLINE,
    Held,
    Hold,
    HoldTerms,
    PickupOption,
    PutAside,
    ReleaseHold,
    StockLevel,
)
from bot.shopfront.channels import (
    AccountLinkPage,
    CarriedOver,
    Connected,
    Disconnect,
    Invitation,
)
from bot.shopfront.house import House, Page
from bot.shopfront.membership import CodeSent, Coupon, Lot, Points
from bot.shopfront.orders import CancelPickup, ExtendPickup, MovePickup, PickupCode, PickupPlan
from tests.support.desk_lines import lines_of_staff
from tests.support.facts import LATER, NOW, REASONS, TODAY, Facts, Params


def lines(language: str) -> Iterator[tuple[str, Params]]:
    """Every line the counter can say, with facts of many kinds."""
    facts = Facts(language)
    for said in (
        _stock,
        _holding,
        _orders,
        _pickups,
        _changes,
        _points,
        _house,
        _links,
        _connections,
        _near,
        _manners,
        _asks,
        lines_of_staff,
    ):
        yield from said(facts)


def _stock(f: Facts) -> Iterator[tuple[str, Params]]:
    one = {"product": f.product, "variant": f.variant}
    far = f.level("in_stock", f.names.there, distance_m=1234)
    near = f.level("low", f.names.there, distance_m=850, as_of=None)
    shop_lists: tuple[tuple[StockLevel, ...], ...] = ((), (far,), (far, near, replace(near)))
    pickups = (
        None,
        PickupOption("s", False),
        PickupOption("s", True, LATER, fee=Money("JPY", 220)),
        PickupOption("s", True, LATER, fee=Money("JPY", 0)),
        PickupOption("s", True, LATER, True),
    )
    yield "stock.not_sold", {"product": f.product}
    for level in f.levels():
        online = replace(level, store_id=ONLINE)
        for what in (one, {"product": f.plain, "variant": f.bare}):
            if level.there:
                for pickup in pickups:
                    told = {"store": f.store, "stock": level, "pickup": pickup}
                    yield "stock.in_store", {**what, **told, "online": online}
            for shops in shop_lists:
                kind = "there" if level.there else level.display
                yield f"stock.online_{kind}", {**what, "stock": online, "shops": shops}
                key = "stock.anywhere" if shops else "stock.nowhere"
                yield key, {**what, "shops": shops, "online": online}
                yield from _not_here(f, what, level, shops)
    yield "stock.online_there", {
        "product": f.product, "variant": f.dollars, "stock": f.level("low"), "shops": (),
    }  # fmt: skip


def _not_here(
    f: Facts, what: Params, level: StockLevel, shops: tuple[StockLevel, ...]
) -> Iterator[tuple[str, Params]]:
    if level.there:
        return
    key = "stock.unknown" if level.display == "unknown" else "stock.not_here"
    online = f.level("out")
    for store in (f.store, f.unknown_store):
        for others, web in (((), online), ((f.other,), online), ((), f.level("in_stock"))):
            told = {"store": store, "stock": level, "online": web, "shops": shops}
            yield key, {**what, **told, "others": others}
        yield "hold.nothing_there", {**what, "store": store, "stock": level}


def _holding(f: Facts) -> Iterator[tuple[str, Params]]:
    effect = PutAside("shibuya", "v1", 1)
    what = {"product": f.product, "variant": f.variant}
    for variant in (f.variant, f.bare, f.dollars):
        for terms in (HoldTerms(), HoldTerms(LATER, 3), HoldTerms(LATER, 3, by_store=True)):
            for name in ("", "ヤマダハナコ" if f.names.here == "渋谷店" else "Hanako Yamada"):
                yield "confirm.put_aside", {
                    "product": f.product, "variant": variant, "store": f.store,
                    "terms": terms, "name": name, "effect": effect,
                }  # fmt: skip
    yield "hold.left_on_shelf", {}
    yield "hold.limit", {"limit": 3}
    yield "hold.limit", {"limit": None}
    for store in (f.store, f.unknown_store):
        yield "hold.not_offered", {"store": store}
        yield "hold.refused", {"store": store}
        yield "hold.just_gone", {"store": store, "product": f.product}
        for until in (LATER, None):
            held = Held("h1", "H-1042", until)
            yield "hold.put_aside", {**what, "held": held, "store": store}
            yield "hold.requested", {**what, "held": replace(held, confirmed=False), "store": store}
    yield "hold.none", {}
    for until in (LATER, None):
        hold = Hold("h1", "H-1042", f.names.here, f.names.product, until)
        for key in ("kept", "released", "changed_meanwhile", "already_gone", "stays_as_it_is"):
            yield f"hold.{key}", {"hold": hold}
        yield "confirm.release_hold", {"hold": hold, "effect": ReleaseHold("h1")}


def _orders(f: Facts) -> Iterator[tuple[str, Params]]:
    yield "order.none", {}
    yield "order.guest_locked", {}
    yield "order.not_found", {"number": "A-1042"}
    for parcels in f.parcels():
        for status in ("preparing", "shipped", "partially_shipped", "partially_delivered"):
            for waiting in (0, 2):
                yield f"order.{status}", {"order": f.order(status, parcels), "waiting": waiting}
    arrived = f.parcel("delivered", delivered_at=NOW)
    for parcels in ((), (arrived,), (arrived, f.parcel("delivered", as_of=None))):
        yield "order.delivered", {"order": f.order("delivered", parcels), "waiting": 0}
    for status in ("pending_payment", "confirmed", "preparing", "picked_up", "cancelled"):
        yield from _order(f, status)
    for status in ("returned", "on_hold", "ready_for_pickup"):
        yield from _order(f, status)


def _order(f: Facts, status: str) -> Iterator[tuple[str, Params]]:
    order = f.order(status)
    expired = f.pickup("expired")
    for each in (
        order,
        replace(order, as_of=None, lines=()),
        replace(order, stale=True, payment_status="refunded", payment_method="credit_card"),
        replace(order, payment_method="seashells", payment_due=TODAY + timedelta(days=3)),
        replace(order, payment_method="convenience_store", payment_due=TODAY),
        replace(order, pickup=expired),
        replace(order, pickup=replace(expired, status="ready", ready_at=None, hold_until=None)),
    ):
        yield f"order.{status}", {"order": each, "waiting": 0, "pickup": each.pickup}


def _pickups(f: Facts) -> Iterator[tuple[str, Params]]:
    order = f.order("preparing")
    statuses = "requested transferring preparing ready picked_up expired cancelled"
    for status in statuses.split():
        for pickup in (
            f.pickup(status),
            f.pickup(status, as_of=None, ready_at=None, hold_until=None),
            f.pickup(status, stale=True),
        ):
            for store in (f.store, f.unknown_store, None):
                for today in f.days():
                    told = {"pickup": pickup, "order": order, "store": store, "today": today}
                    yield f"pickup.{status}", told
    yield "pickup.none", {}
    yield "pickup.none_ready", {}
    yield "pickup.not_for_this", {"order": order}
    for expires in (LATER, None):
        yield "pickup.code", {"code": PickupCode("8842", "x", expires), "pickup": f.pickup()}
    yield "pickup.code_at_the_till", {"pickup": f.pickup()}


def _changes(f: Facts) -> Iterator[tuple[str, Params]]:
    order, until = f.order("preparing"), TODAY + timedelta(days=4)
    paid = Money("JPY", 24200)
    for pickup in (f.pickup(), f.pickup(ready_at=None, hold_until=None)):
        extend, move = ExtendPickup("o1", until), MovePickup("o1", "s")
        yield "confirm.extend_pickup", {"pickup": pickup, "until": until, "effect": extend}
        for ready_at in (LATER, None):
            yield "confirm.move_pickup", {
                "pickup": pickup, "store": f.unknown_store, "ready_at": ready_at, "effect": move,
            }  # fmt: skip
        for each in (order, replace(order, total=None, lines=())):
            for refund, points in ((None, 0), (paid, 0), (paid, 300), (None, -129)):
                plan = PickupPlan(possible=True, refund=refund, points=points)
                told = {"order": each, "pickup": pickup, "effect": CancelPickup("o1")}
                yield "confirm.cancel_pickup", told | {"plan": plan}
                yield "pickup.was_cancelled", {"pickup": pickup, "plan": plan}
        done = (
            "extended", "moved", "left_as_it_is", "cannot_change", "changed_meanwhile",
        )  # fmt: skip
        for key in done:
            yield f"pickup.{key}", {"pickup": pickup}
    yield "pickup.not_at_that_store", {"store": f.store}


def _points(f: Facts) -> Iterator[tuple[str, Params]]:
    soon = Lot(300, date(2026, 12, 31))
    full = Points(1280, NOW, 120, TODAY + timedelta(days=9), soon)
    for points in (
        full,
        Points(0, None),
        Points(-40, NOW, 5, stale=True),
        replace(full, pending=0),
    ):
        for name in (f.names.person, None):
            yield "points.balance", {"points": points, "name": name}
        yield "points.nothing_expires", {"points": points}
        yield "points.expiry", {"points": points, "lots": (soon,)}
        lots = (soon, replace(soon, limited=True), Lot(12000, date(2027, 3, 31)))
        yield "points.expiry", {"points": points, "lots": lots}
    for key in ("points.no_programme", "coupons.no_programme", "coupons.none"):
        yield key, {}
    coupon = Coupon("c", f.names.coupon, TODAY + timedelta(days=9), percent=10, as_of=NOW)
    yen = replace(coupon, percent=None, amount=2000, currency="JPY", as_of=None)
    every = (coupon, yen, replace(yen, currency="USD"), replace(yen, amount=None, valid_until=None))
    for coupons, count in ((every[:1], 1), (every, 4), ((*every, yen), 9), ((yen,), 1)):
        yield "coupons.list", {"coupons": coupons, "count": count}


def _house(f: Facts) -> Iterator[tuple[str, Params]]:
    unusual = tuple(day for day in f.days() if day and (day.closed or day.reason))
    for store in (f.store, f.unknown_store):
        for day in f.days():
            for others in ((), unusual):
                yield "store.info", {"store": store, "day": day, "unusual": others}
            for about in ("parking", "payment", "floor", "access"):
                told = {"store": store, "about": about, "day": day}
                yield "store.fact" if about in store.facts else "store.fact_unknown", told
    for house in (f.house, House(f.names.here)):
        for name in (f.names.person, None):
            yield "greet.hello", {"house": house, "name": name}
    yield "greet.hello", {"house": House(""), "name": None}
    yield "staffed.page", {"page": Page(f.names.coupon, f.names.where)}
    for key in ("thank.welcome", "goodbye.bye", "help.can_do"):
        yield key, {}
    for wait in (12, 300):
        yield "proof.too_soon", {"wait": wait, "attempt": 2}
    for key in ("proof.done", "proof.left", "proof.locked", "proof.not_sent"):
        yield key, {}


def _links(_: Facts) -> Iterator[tuple[str, Params]]:
    for member in (True, False):
        yield "link.carried_over", {"carried": CarriedOver("telegram", member)}
    yield "link.code_wrong", {"left": 3}
    for why in ("used", "expired", "same-channel", "locked"):
        yield "link.code_refused", {"why": why}
    for why in ("rate-limited", "not-supported"):
        yield "link.no_invitation", {"why": why}
    for url in (None, "https://line.me/R/oaMessage/%40shop/?12345678"):
        yield "link.invitation", {"invitation": Invitation("line", "12345678", 10, url)}
    yield "link.log_in", {"page": AccountLinkPage("https://shop.example/login")}
    for key in ("known", "not_known", "type_code"):
        yield f"link.{key}", {}
    for kind in ("image", "file"):
        yield "media.kept", {"kind": kind}
        yield "media.kept_for_staff", {"kind": kind}
    yield "media.not_taken", {}


def _connections(_: Facts) -> Iterator[tuple[str, Params]]:
    here, there = Connected("1", "webchat", NOW, here=True), Connected("2", "line", NOW)
    for mine in ((here,), (there, here)):
        for member in (True, False):
            yield "link.connected", {"mine": mine, "member": member}
    for ways, leave in ((True, True), (True, False), (False, True)):
        yield "link.elsewhere", {"ways": ways, "leave": leave}
    for one in (there, here, Connected("3", "line", NOW, here=True)):
        for member in (True, False):
            told = {"account": one, "member": member}
            yield "confirm.disconnect", {**told, "effect": Disconnect(one.id, one.channel)}
            yield "link.let_go", told
        for key in ("kept", "gone_already"):
            yield f"link.{key}", {"account": one}


def _near(f: Facts) -> Iterator[tuple[str, Params]]:
    close, far = replace(f.store, distance_m=450), replace(f.store, distance_m=3210)
    everywhere = {"near": False, "nearest": None}
    for stores in ((close,), (close, far, f.unknown_store)):
        told = {"stores": stores, "count": len(stores), "place": ""}
        yield "nearest.stores", {**told, "near": True, "nearest": close}
        yield "nearest.stores", {**told, **everywhere, "place": f.names.there}
        yield "nearest.stores", {**told, **everywhere}
    yield "nearest.stores", {"stores": (close,) * 5, "count": 40, "place": "", **everywhere}
    for place in ("", f.names.there):
        yield "nearest.none", {"place": place}


def _manners(f: Facts) -> Iterator[tuple[str, Params]]:
    for key in (
        "rephrase", "rephrase_answer", "which", "lost", "at_your_service", "stale", "rude",
        "nothing_heard", "all_right", "nothing_to_repeat", "nothing_to_cancel", "cancelled",
        "lost_thread", "in_company", "first_contact", "answer_later",
    ):  # fmt: skip
        yield f"manners.{key}", {}
    for told in (
        Told.of("sora", f.names.product),
        Told((Option("anywhere", ""),)),
        "@choice.online",
    ):
        yield "manners.about_what", {"told": told}
    for skill in ("check_stock", "order_status", "points_balance", "change_pickup"):
        yield "manners.back_to", {"skill": skill}
        yield "manners.next", {"skill": skill}
        yield "manners.resume_offer", {"skill": skill}
    yield "fault.unavailable", {}
    yield "fault.unknown_outcome", {}


def _asks(f: Facts) -> Iterator[tuple[str, Params]]:
    places = (Option("anywhere", "@choice.anywhere"), Option("s", f.names.here))
    ways = (Option("sms", "•••-••••-5678"), Option("email", "t•••@e•••"))
    changes = (Option("extend", "@choice.extend"), Option("cancel", "@choice.cancel"))
    orders = (Option("A-1042", f"A-1042 {f.names.product}"), Option("A-7", "A-7 x"))
    guest = (Option("as_guest", "@choice.as_guest"),)
    sent = CodeSent("c", "•••-••••-5678", 10)
    questions: tuple[tuple[str, Params, tuple[Option, ...]], ...] = (
        ("ask.product", {}, ()),
        ("ask.product", {}, (Option("1", f.names.product), Option("2", f.names.coupon))),
        ("ask.option", {"axis": f.product.axes[0], "product": f.product, "chosen": {}}, f.sizes),
        ("ask.store", {}, places),
        ("ask.shop", {}, places[1:]),
        ("ask.place", {}, (Option("all", "@choice.all_stores"),)),
        ("ask.put_aside", {"store": f.store}, ()),
        ("ask.name_kana", {}, ()),
        ("ask.hold", {}, orders),
        ("ask.change", {"pickup": f.pickup()}, changes),
        ("ask.which_order", {}, orders),
        ("ask.order_number", {}, ()),
        ("ask.guest_proof", {}, ()),
        ("ask.proof", {}, ()),
        ("ask.proof", {}, guest),
        ("ask.way", {}, ways),
        ("ask.code", {"sent": sent}, ()),
        ("ask.code", {"sent": sent, "left": 3}, ()),
        ("ask.again", {"expired": True}, ways),
        ("ask.again", {"expired": False}, ways),
        ("ask.question", {}, ()),
    )
    for key, params, choices in questions:
        for reason in REASONS:
            for told in ("", "29") if reason else ("",):
                yield key, {
                    **params, "reason": reason, "told": told, "choices": choices, "more": False,
                }  # fmt: skip
    yield "ask.option", {
        "axis": f.product.axes[0], "product": f.product, "reason": "", "told": "",
        "choices": f.sizes * 6, "more": True, "chosen": {"カラー": "ブラック"},
    }  # fmt: skip
