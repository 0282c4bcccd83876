"""Keep it longer, collect it elsewhere, or do not collect it."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import (
    Offer,
    Reading,
    Script,
    Slot,
    ask,
    confirm,
    heard,
    look_up,
    say,
    skill,
)
from bot.routines.holding import HOLD, release
from bot.routines.orders import ORDER, choose_order
from bot.routines.stores import STORE, choose_store
from bot.shopfront.base import Option, Refused
from bot.shopfront.catalogue import MyHolds
from bot.shopfront.orders import (
    CancelPickup,
    ChangedMeanwhile,
    ExtendPickup,
    MovePickup,
    MyOrders,
    Order,
    Pickup,
    PlanCancellation,
    PlanExtension,
    PlanOtherStore,
)

CHANGE = Slot("change", str)
NEW_STORE = Slot("store", str)
"""Unlike elsewhere never taken from what was just spoken of: naming it asks for the change."""
WAYS = ("extend", "change_store", "cancel")


@skill("change_pickup", ORDER, CHANGE, NEW_STORE, HOLD)
def change_pickup(customer: Customer) -> Script:
    if (yield from heard(ORDER)) is None:
        holds = yield from look_up(MyHolds())
        waits = customer.member_id and any(map(_changeable, (yield from look_up(MyOrders()))))
        if holds and not waits:  # all there is to let go of
            if (yield from heard(CHANGE)) in ("extend", "change_store"):
                yield from say("hold.stays_as_it_is", Offer("cancel_hold"), hold=holds[0])
            else:
                yield from release(holds)
            return
    order = yield from choose_order(
        customer, "pickup.write", _changeable, "pickup.none", guests=False
    )
    if order is None:
        return
    if order.pickup is None:
        yield from say("pickup.not_for_this", order=order)
        return
    pickup = order.pickup
    allowed = tuple(Option(w, f"@choice.{w}") for w in WAYS if w in pickup.allowed_actions)
    if not allowed:
        yield from say("pickup.cannot_change", Offer("talk_to_person"), pickup=pickup)
        return
    match (yield from _way(pickup, allowed)):
        case "extend":
            yield from _extend(pickup)
        case "change_store":
            yield from _move(customer, pickup)
        case _:
            yield from _cancel(order, pickup)


def _way(pickup: Pickup, allowed: tuple[Option, ...]) -> Reading[str]:
    """Which change; who names another store wants it there."""
    store = yield from heard(STORE)
    elsewhere = store is not None and store != pickup.store_id
    if elsewhere and "change_store" in pickup.allowed_actions and not (yield from heard(CHANGE)):
        return "change_store"
    return (yield from ask(CHANGE, choices=allowed, pickup=pickup))


def _extend(pickup: Pickup) -> Reading[None]:
    plan = yield from look_up(PlanExtension(pickup.order_id))
    if not plan.possible or plan.hold_until is None:
        yield from say("pickup.cannot_change", Offer("talk_to_person"), pickup=pickup)
        return
    effect = ExtendPickup(pickup.order_id, plan.hold_until, plan.etag)
    outcome = yield from confirm(effect, pickup=pickup, until=plan.hold_until)
    yield from _told(outcome, "pickup.extended", pickup)


def _move(customer: Customer, pickup: Pickup) -> Reading[None]:
    here = frozenset({pickup.store_id})
    store = yield from choose_store(customer, service="pickup", without=here)
    plan = yield from look_up(PlanOtherStore(pickup.order_id, store.id))
    if not plan.possible:
        yield from say("pickup.not_at_that_store", Offer("talk_to_person"), store=store)
        return
    effect = MovePickup(pickup.order_id, store.id, plan.etag)
    outcome = yield from confirm(effect, pickup=pickup, store=store, ready_at=plan.ready_at)
    yield from _told(outcome, "pickup.moved", pickup)


def _cancel(order: Order, pickup: Pickup) -> Reading[None]:
    plan = yield from look_up(PlanCancellation(pickup.order_id))
    if not plan.possible:
        yield from say("pickup.cannot_change", Offer("talk_to_person"), pickup=pickup)
        return
    effect = CancelPickup(pickup.order_id, plan.etag)
    outcome = yield from confirm(effect, order=order, pickup=pickup, plan=plan)
    yield from _told(outcome, "pickup.was_cancelled", pickup, plan=plan)


def _told(
    outcome: Pickup | ChangedMeanwhile | Refused | None, done: str, pickup: Pickup, **more: object
) -> Reading[None]:
    match outcome:
        case None:
            yield from say("pickup.left_as_it_is", pickup=pickup)
        case Pickup():
            yield from say(done, pickup=outcome, **more)
        case ChangedMeanwhile(pickup=now):
            this = {"order_number": Option(now.order_no, now.order_no)}
            again = (Offer("change_pickup", this), Offer("pickup_status", this))
            yield from say("pickup.changed_meanwhile", *again, pickup=now)
        case Refused():
            yield from say("pickup.cannot_change", Offer("talk_to_person"), pickup=pickup)


def _changeable(order: Order) -> bool:
    return order.pickup is not None and order.under_way
