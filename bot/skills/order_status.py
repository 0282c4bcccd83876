"""Where is my order?"""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Script, say, skill
from bot.routines.orders import AS_GUEST, GUEST_PROOF, ORDER, choose_order
from bot.shopfront.base import Option
from bot.shopfront.orders import Order

ASTRAY = ("exception", "returned_to_sender")


@skill("order_status", ORDER, AS_GUEST, GUEST_PROOF)
def order_status(customer: Customer) -> Script:
    order = yield from choose_order(customer, "orders.read", lambda _: True, "order.none")
    if order is None:
        return
    if order.pickup and order.status == "ready_for_pickup":
        yield from say("order.ready_for_pickup", _pickup(order), order=order, pickup=order.pickup)
        return
    waiting = sum(
        line.quantity - line.cancelled - max(line.shipped, line.delivered) for line in order.lines
    )
    yield from say(f"order.{order.status}", *_next_steps(order), order=order, waiting=waiting)


def _pickup(order: Order) -> Offer:
    return Offer("pickup_status", {"order_number": Option(order.order_no, order.order_no)})


def _next_steps(order: Order) -> tuple[Offer, ...]:
    this = {"order_number": Option(order.order_no, order.order_no)}
    astray = any(parcel.late or parcel.status in ASTRAY for parcel in order.parcels)
    if astray or order.status == "on_hold":
        return (Offer("talk_to_person"),)
    if order.pickup and order.status in ("confirmed", "preparing"):
        return (_pickup(order),)
    if "cancel" in order.allowed_actions:
        return (Offer("change_order", this),)
    if order.status in ("delivered", "picked_up"):
        return (Offer("return_exchange", this),)
    return ()
