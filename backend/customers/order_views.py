"""Orders as the contract shows them."""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel

from backend.conventions.bodies import Moment, Money
from backend.customers.order_book import WholeOrder
from backend.customers.order_status import Line, OrderStatus
from backend.customers.pickup_views import PickupView, pickup_view
from backend.tables import JsonObject, OrderLine, Shipment, ShipmentEvent

PARTS = frozenset({"lines", "shipments", "pickup", "payments", "timeline"})
CARRIERS = frozenset({"yamato", "sagawa", "japanpost", "seino", "fukuyama"})


class LineView(BaseModel):
    """A line with how far its pieces have come; `fulfilled` is what has left the shelf."""

    line_id: str
    variant_id: str | None
    name: str
    options: dict[str, str]
    quantity: int
    unit_price: Money
    fulfilled: int
    shipped: int
    delivered: int
    cancelled: int
    returned: int


class EtaView(BaseModel):
    """When a parcel is expected: a business day and the carrier's time slot."""

    date: date
    slot: str | None
    source: str


class ShipmentEventView(BaseModel):
    """What the carrier saw."""

    at: Moment
    code: str
    place: str | None
    text: str


class ShipmentView(BaseModel):
    """A parcel."""

    id: str
    carrier: str
    carrier_label: str
    tracking_no: str | None
    tracking_url: str | None
    status: str
    eta: EtaView | None
    shipped_at: Moment | None
    delivered_at: Moment | None
    lines: list[JsonObject]
    events: list[ShipmentEventView]
    as_of: Moment
    source: str = "carrier"


class PaymentView(BaseModel):
    """How an order is paid and, if it still has to be, until the end of which day."""

    status: str
    method: str | None
    due_on: date | None


class OrderPointsView(BaseModel):
    """Points an order brought and cost; None where the shop does not say."""

    earned: int | None
    used: int | None


class TimelineEntry(BaseModel):
    """Something that happened to an order."""

    at: Moment
    code: str
    note: str | None = None


class OrderView(BaseModel):
    """An order; parts nobody asked for are left out.

    `as_of` is when it was last imported or changed.
    """

    id: str
    order_no: str
    channel: str
    placed_at: Moment | None
    status: OrderStatus
    payment_status: str
    totals: JsonObject
    delivery: JsonObject
    points: OrderPointsView
    allowed_actions: list[str]
    version: int
    as_of: Moment
    source: str
    lines: list[LineView] | None = None
    shipments: list[ShipmentView] | None = None
    pickup: PickupView | None = None
    payment: PaymentView | None = None
    timeline: list[TimelineEntry] | None = None


def order_view(
    whole: WholeOrder, names: Mapping[str, str], parts: frozenset[str] = PARTS
) -> OrderView:
    """The order with the parts that were asked for; `names` of pieces by their variant."""
    order = whole.order
    view = OrderView(
        id=order.id,
        order_no=order.order_no,
        channel=order.channel,
        placed_at=order.placed_at,
        status=whole.status,
        payment_status=order.payment_status,
        totals=order.totals,
        delivery=order.delivery,
        points=OrderPointsView(earned=order.points_earned, used=order.points_used),
        allowed_actions=whole.allowed_actions,
        version=order.version,
        as_of=order.updated_at,
        source="pos" if order.channel == "store" else "ec",
    )
    if "lines" in parts:
        counted = zip(whole.lines, whole.counted_lines, strict=True)
        view.lines = [_line_view(line, count, names) for line, count in counted]
    if "shipments" in parts:
        view.shipments = shipment_views(whole)
    if "pickup" in parts and whole.pickup is not None:
        view.pickup = pickup_view(whole)
    if "payments" in parts:
        view.payment = PaymentView(
            status=order.payment_status, method=order.payment_method, due_on=order.payment_due_on
        )
    if "timeline" in parts:
        view.timeline = _timeline(whole)
    return view


def shipment_views(whole: WholeOrder) -> list[ShipmentView]:
    """The parcels of an order."""
    return [
        _shipment_view(
            shipment, [event for event in whole.events if event.shipment_id == shipment.id]
        )
        for shipment in whole.shipments
    ]


def _line_view(line: OrderLine, counted: Line, names: Mapping[str, str]) -> LineView:
    return LineView(
        line_id=line.line_id,
        variant_id=line.variant_id,
        name=names.get(line.variant_id or "", line.name),
        options=line.options,
        quantity=line.quantity,
        unit_price=Money(currency=line.currency, amount=line.unit_price),
        fulfilled=counted.shipped,
        shipped=counted.shipped,
        delivered=counted.delivered,
        cancelled=counted.cancelled,
        returned=counted.returned,
    )


def _shipment_view(shipment: Shipment, events: list[ShipmentEvent]) -> ShipmentView:
    known = shipment.carrier if shipment.carrier in CARRIERS else "other"
    eta = shipment.eta_date and EtaView(
        date=shipment.eta_date, slot=shipment.eta_slot, source="carrier"
    )
    return ShipmentView(
        id=shipment.id,
        carrier=known,
        carrier_label=shipment.carrier,
        tracking_no=shipment.tracking_no,
        tracking_url=shipment.tracking_url,
        status=shipment.status,
        eta=eta,
        shipped_at=shipment.shipped_at,
        delivered_at=shipment.delivered_at,
        lines=shipment.lines,
        events=[
            ShipmentEventView(at=event.at, code=event.code, place=event.place, text=event.text)
            for event in events
        ],
        as_of=shipment.as_of,
    )


def _timeline(whole: WholeOrder) -> list[TimelineEntry]:
    told = [TimelineEntry.model_validate(entry) for entry in whole.order.timeline]
    seen = [
        ("placed", whole.order.placed_at),
        *(("shipped", shipment.shipped_at) for shipment in whole.shipments),
        *(("delivered", shipment.delivered_at) for shipment in whole.shipments),
        ("pickup_ready", whole.pickup.ready_at if whole.is_ready and whole.pickup else None),
    ]
    derived = [TimelineEntry(at=at, code=code) for code, at in seen if at is not None]
    return sorted([*told, *derived], key=lambda entry: entry.at)
