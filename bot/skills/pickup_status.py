"""Is my store pickup ready, until when, where, and with what?"""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import (
    Offer,
    Reading,
    Script,
    look_up_all,
    perform,
    say,
    skill,
)
from bot.routines.orders import AS_GUEST, GUEST_PROOF, ORDER, choose_order
from bot.shopfront.base import Option
from bot.shopfront.catalogue import Calendar, StoreById
from bot.shopfront.orders import Order, Pickup, PickupCode, ShowPickupCode


@skill("pickup_status", ORDER, AS_GUEST, GUEST_PROOF)
def pickup_status(customer: Customer) -> Script:
    order = yield from choose_order(customer, "orders.read", _is_pickup, "pickup.none")
    if order is None:
        return
    if order.pickup is None:
        yield from say("pickup.not_for_this", Offer("order_status", _this(order)), order=order)
        return
    pickup = order.pickup
    store, days = yield from look_up_all(StoreById(pickup.store_id), Calendar(pickup.store_id))
    today = days[0] if days else None
    may_see = customer.may("pickup.code")
    code = Offer("pickup_code", _this(order))
    steps = [] if may_see or pickup.status != "ready" else [code]
    if pickup.allowed_actions and pickup.status in ("requested", "preparing", "ready"):
        steps.append(Offer("change_pickup", _this(order)))
    if pickup.status == "cancelled":
        steps.append(Offer("order_status", _this(order)))
    yield from say(
        f"pickup.{pickup.status}", *steps, pickup=pickup, order=order, store=store, today=today
    )
    if may_see and pickup.status == "ready":
        yield from _show_code(pickup)


@skill("pickup_code", ORDER)
def pickup_code(customer: Customer) -> Script:
    """The code alone: the till asks for it, so it needs a fresh proof."""
    order = yield from choose_order(
        customer, "pickup.code", _is_ready, "pickup.none_ready", guests=False
    )
    if order is None:
        return
    if order.pickup and _is_ready(order):
        yield from _show_code(order.pickup)
    else:
        yield from say("pickup.none_ready")


def _show_code(pickup: Pickup) -> Reading[None]:
    shown = yield from perform(ShowPickupCode(pickup.order_id))
    if isinstance(shown, PickupCode):
        yield from say("pickup.code", code=shown, pickup=pickup)
    else:
        yield from say("pickup.code_at_the_till", pickup=pickup)


def _is_pickup(order: Order) -> bool:
    return order.pickup is not None


def _is_ready(order: Order) -> bool:
    return order.pickup is not None and order.pickup.status == "ready"


def _this(order: Order) -> dict[str, Option]:
    return {"order_number": Option(order.order_no, order.order_no)}
