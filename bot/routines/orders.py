"""Which order? And what there is to tell of it."""

from __future__ import annotations

from collections.abc import Callable

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Reading, Slot, ask, heard, look_up, perform, prove, say
from bot.shopfront.base import Option, Refused
from bot.shopfront.orders import GuestOrder, LookUpGuestOrder, MyOrder, MyOrders, Order

ORDER = Slot("order_number", str)
AS_GUEST = Slot("as_guest", str)
GUEST_PROOF = Slot("guest_proof", str, secret=True)
ORDERS_SHOWN = 6


def choose_order(
    customer: Customer,
    act: str,
    concerns: Callable[[Order], bool],
    nothing: str,
    *,
    guests: bool = True,
) -> Reading[Order | None]:
    """The order meant: by number, else the one under way, else the latest that concerns us.

    Members prove themselves as `act` needs; `guests` may find an order by its number and a proof
    instead, to read it. `nothing` is the line that says there is no such order. None: nothing to
    go on with, and the customer has been told.
    """
    if guests and (yield from heard(AS_GUEST)):
        return (yield from _of_a_guest())
    yield from prove(customer.needs(act), unless=AS_GUEST if guests else None)
    number = yield from heard(ORDER)
    if number is not None:
        order = yield from look_up(MyOrder(number))
        if order is None:
            yield from say("order.not_found", Offer("order_status"), number=number)
        return order
    orders = tuple(o for o in (yield from look_up(MyOrders())) if concerns(o))
    if not orders:
        yield from say(nothing, Offer("talk_to_person"))
        return None
    under_way = tuple(order for order in orders if order.under_way)
    if len(under_way) < 2:
        return (under_way or orders)[0]
    choices = tuple(Option(o.order_no, _label(o)) for o in under_way[:ORDERS_SHOWN])
    number = yield from ask(ORDER, choices=choices, key="ask.which_order")
    return next(order for order in under_way if order.order_no == number)


def _label(order: Order) -> str:
    return f"{order.order_no} {order.lines[0].name}" if order.lines else order.order_no


def _of_a_guest() -> Reading[Order | None]:
    number = yield from ask(ORDER, key="ask.order_number")
    proof = yield from ask(GUEST_PROOF)
    found = yield from perform(LookUpGuestOrder(number, proof))
    match found:
        case GuestOrder(order=order):
            return order
        case Refused(reason="locked"):
            yield from say("order.guest_locked", Offer("talk_to_person"))
        case Refused():
            yield from ask(GUEST_PROOF, without=frozenset({proof}))
    return None
