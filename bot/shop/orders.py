"""Orders and parcels: a member's own, and a guest's one."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pydantic import AwareDatetime, Field

from bot.errors import Unavailable
from bot.shop import stores
from bot.shop.asking import Asking, Found, Resource
from bot.shop.cache import ORDERS, PICKUPS
from bot.shop.client import Call, path
from bot.shop.problems import Problem, refused
from bot.shop.wire import MoneyWire, Page, Several, Wire, money, observed
from bot.shopfront.base import Refused
from bot.shopfront.orders import (
    GuestOrder,
    LookUpGuestOrder,
    MyOrder,
    MyOrders,
    Order,
    OrderLine,
    Parcel,
    ParcelEvent,
    Pickup,
)

BOOK = Resource("orders", ORDERS)
MOST = 100
LONGEST_NUMBER = 64
_LAST_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")
_PHONE = re.compile(r"(?<!\d)\+?\d[\d -]{6,}\d{4}(?!\d)")
_POSTAL_CODE_AND_NAME = re.compile(r"〒?\s*(\d{3}-?\d{4})(?![\d-])\s*(\S.*)")
_OVER = frozenset({"delivered", "picked_up", "cancelled", "returned"})
_ARRIVED = frozenset({"delivered", "returned_to_sender", "cancelled"})


class LineWire(Wire):
    line_id: str
    name: str
    quantity: int
    options: Mapping[str, str] = Field(default_factory=dict)
    shipped: int | None = None
    delivered: int | None = None
    cancelled: int | None = None
    returned: int | None = None


class EtaWire(Wire):
    date: date
    slot: str | None = None


class EventWire(Wire):
    at: AwareDatetime
    code: str
    text: str = ""
    place: str | None = None


class ShipmentWire(Wire):
    id: str
    carrier: str
    carrier_label: str | None = None
    tracking_no: str | None = None
    tracking_url: str | None = None
    status: str
    eta: EtaWire | None = None
    shipped_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    events: Several[EventWire] = ()
    as_of: AwareDatetime | None = None
    stale: bool = False


class PickupWire(Wire):
    """Collecting at a store; `hold_until` includes that day."""

    store_id: str
    status: str
    ready_at: AwareDatetime | None = None
    hold_until: date | None = None
    allowed_actions: Several[str] = ()
    as_of: AwareDatetime | None = None
    stale: bool = False


class TotalsWire(Wire):
    total: MoneyWire | None = None


class PaymentWire(Wire):
    method: str | None = None
    due_on: date | None = None


class OrderWire(Wire):
    """An order; `shipments` None: they were not told, which a list need not do."""

    id: str
    order_no: str
    channel: str = "ec"
    status: str
    placed_at: AwareDatetime | None = None
    payment_status: str | None = None
    payment: PaymentWire | None = None
    lines: Several[LineWire] = ()
    totals: TotalsWire | None = None
    shipments: tuple[ShipmentWire, ...] | None = None
    pickup: PickupWire | None = None
    allowed_actions: Several[str] = ()
    as_of: AwareDatetime | None = None
    stale: bool = False


class GuestSessionWire(Wire):
    """A session that may read one order; the token is a secret."""

    session: str
    order_id: str


@dataclass(frozen=True)
class Seen:
    """An order as it was told, at which business time and how long ago."""

    told: OrderWire
    at: datetime
    age: timedelta = timedelta()
    stale: bool = False

    def must_be_true_still(self, today: date) -> None:
        """Nobody is sent to a store on an old copy. Raises `Unavailable`."""
        collected = self.told.pickup
        if not self.stale or collected is None or self.told.status in _OVER:
            return
        last_day = collected.hold_until
        over = collected.status == "ready" and last_day is not None and last_day < today
        if over or self.age > PICKUPS.if_error:
            raise Unavailable("orders: too old for a collection")


async def my_orders(query: MyOrders, asking: Asking) -> tuple[Order, ...]:
    """The member's orders, newest first; those one may speak of now with all their parts."""
    params = (("limit", str(min(query.limit, MOST))),)
    steps = ("customers", asking.member, "orders")
    found = await asking.get(BOOK, steps, Page[OrderWire], params, mine=True)
    listed = [
        Seen(each, found.as_of, found.age, found.stale) for each in found.value.items[: query.limit]
    ]
    spoken_of = [each for each in listed if each is listed[0] or each.told.status not in _OVER]
    whole = await asyncio.gather(*(_with_all_parts(each, asking) for each in spoken_of))
    by_id = {each.told.id: each for each in whole}
    return await _orders([by_id.get(each.told.id, each) for each in listed], asking)


async def my_order(query: MyOrder, asking: Asking) -> Order | None:
    """One order of the member by the number people write."""
    wanted = _number(query.order_no)
    if not wanted:
        return None
    steps = ("customers", asking.member, "orders")
    params = (("q", query.order_no.strip()[:LONGEST_NUMBER]),)
    listed = await asking.find(BOOK, steps, Page[OrderWire], params, mine=True)
    items = listed.value.items if listed else ()
    order_id = next((each.id for each in items if _number(each.order_no) == wanted), None)
    if order_id is None:
        return None
    found = await asking.find(BOOK, ("orders", order_id), OrderWire, mine=True)
    return (await _orders([_seen(found)], asking))[0] if found else None


async def look_up_guest_order(
    effect: LookUpGuestOrder, key: str, asking: Asking
) -> GuestOrder | Refused:
    """Prove an order by its number and something only the buyer knows, and read it once."""
    proof = _proof(effect.proof)
    if proof is None:
        return Refused("invalid-request")
    body = {"order_no": effect.order_no, "proof": proof}
    try:
        opened = await asking.inquire("orders", ("orders", "lookup"), body, GuestSessionWire)
        call = Call(
            "orders",
            "GET",
            path("orders", opened.order_id),
            language=asking.language,
            session=opened.session,
        )
        answer = await asking.shop.backend.read(call, OrderWire)
    except Problem as problem:
        return refused(problem)
    if answer.value is None:
        raise Unavailable("orders: an empty answer")
    return GuestOrder((await _orders([Seen(answer.value, asking.now())], asking))[0])


def pickup(told: PickupWire, order_id: str, order_no: str, store_name: str) -> Pickup:
    """A collection as the counter speaks of it."""
    return Pickup(
        order_id=order_id,
        order_no=order_no,
        store_id=told.store_id,
        store_name=store_name,
        status=told.status,
        ready_at=told.ready_at,
        hold_until=told.hold_until,
        allowed_actions=told.allowed_actions,
        as_of=told.as_of,
        stale=told.stale,
    )


def _seen(found: Found[OrderWire]) -> Seen:
    return Seen(found.value, found.as_of, found.age, found.stale)


async def _with_all_parts(listed: Seen, asking: Asking) -> Seen:
    """The order as its own page tells it; the list's word where that does not answer."""
    if listed.told.shipments is not None:
        return listed
    try:
        found = await asking.find(BOOK, ("orders", listed.told.id), OrderWire, mine=True)
    except Unavailable:
        return listed
    return _seen(found) if found else listed


async def _orders(seen: Sequence[Seen], asking: Asking) -> tuple[Order, ...]:
    today = asking.now().astimezone(stores.TOKYO).date()
    for each in seen:
        each.must_be_true_still(today)
    collected = (each.told.pickup for each in seen)
    names = await stores.named(asking, (pickup.store_id for pickup in collected if pickup))
    return tuple(_order(each, names, today) for each in seen)


def _order(seen: Seen, names: Mapping[str, str], today: date) -> Order:
    told = seen.told
    collected = None
    if told.pickup is not None:
        at_store = pickup(told.pickup, told.id, told.order_no, names[told.pickup.store_id])
        collected = replace(at_store, stale=at_store.stale or seen.stale)
    return Order(
        id=told.id,
        order_no=told.order_no,
        channel=told.channel,
        status=told.status,
        lines=tuple(map(_line, told.lines)),
        parcels=tuple(_parcel(each, seen, today) for each in told.shipments or ()),
        pickup=collected,
        placed_at=told.placed_at,
        total=money(told.totals.total) if told.totals else None,
        payment_status=told.payment_status,
        payment_method=told.payment.method if told.payment else None,
        payment_due=told.payment.due_on if told.payment else None,
        allowed_actions=told.allowed_actions,
        as_of=observed(told.as_of, seen.at),
        stale=told.stale or seen.stale,
    )


def _line(told: LineWire) -> OrderLine:
    return OrderLine(
        line_id=told.line_id,
        name=told.name,
        quantity=told.quantity,
        options=dict(told.options),
        shipped=told.shipped or 0,
        delivered=told.delivered or 0,
        cancelled=told.cancelled or 0,
        returned=told.returned or 0,
    )


def _parcel(told: ShipmentWire, seen: Seen, today: date) -> Parcel:
    last = max(told.events, key=lambda event: event.at, default=None)
    label = told.carrier_label if told.carrier == "other" else None
    return Parcel(
        id=told.id,
        carrier=label or told.carrier,
        status=told.status,
        tracking_no=told.tracking_no,
        tracking_url=told.tracking_url,
        eta_date=told.eta.date if told.eta else None,
        eta_slot=told.eta.slot if told.eta else None,
        shipped_at=told.shipped_at,
        delivered_at=told.delivered_at,
        last_event=ParcelEvent(last.at, last.code, last.text, last.place) if last else None,
        late=bool(told.eta and told.eta.date < today and told.status not in _ARRIVED),
        as_of=observed(told.as_of, seen.at),
        stale=told.stale or seen.stale,
    )


def _number(order_no: str) -> str:
    """An order number as it is compared: half width, capitals, letters and digits only."""
    folded = unicodedata.normalize("NFKC", order_no).upper()
    return "".join(sign for sign in folded if sign.isalnum())


def _proof(told: str) -> dict[str, str] | None:
    """Which of the contract's proofs this is; None if it is none."""
    text = unicodedata.normalize("NFKC", told).strip()
    if "@" in text:
        return {"email": text}
    address = _POSTAL_CODE_AND_NAME.fullmatch(text)
    if address:
        return {"postal_code": address[1], "name": address[2].strip()}
    phone = _PHONE.search(text) or _LAST_DIGITS.search(text)
    return {"phone_last4": phone[0][-4:]} if phone else None
