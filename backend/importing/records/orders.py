"""A line of `orders.jsonl`."""

from typing import Literal, Self

from pydantic import Field, model_validator

from backend.importing.moments import ImportDay, ImportMoment
from backend.importing.records.base import Count, Id, Positive, Price, Record, Text


class Contact(Record):
    """Who ordered without being a member."""

    name: Text
    phone: Text | None = None
    email: Text | None = None
    postal_code: Text | None = None


class OrderLineRecord(Record):
    """One line; the counts say how many of its pieces have come how far."""

    line_id: Id
    variant_id: Id | None = None
    name: Text
    options: dict[str, Text] = Field(default_factory=dict)
    quantity: Positive
    unit_price: Price
    shipped: Count = 0
    delivered: Count = 0
    cancelled: Count = 0
    returned: Count = 0

    @model_validator(mode="after")
    def _counts_fit_the_quantity(self) -> Self:
        for count in ("shipped", "delivered", "cancelled", "returned"):
            if getattr(self, count) > self.quantity:
                raise ValueError(f"{count} is more than quantity")
        return self


class Payment(Record):
    """How it is paid, and by when if it is not yet."""

    method: Text
    due_on: ImportDay | None = None


class Receipt(Record):
    """Whether there is a receipt to download, or why there is none."""

    available: bool
    url: Text | None = None
    reason: Text | None = None


class Delivery(Record):
    """How the goods reach the customer."""

    kind: Literal["ship", "pickup", "carry_out"]
    store_id: Id | None = None


class Eta(Record):
    """When a parcel is expected."""

    date: ImportDay
    slot: Text | None = None


class ParcelLine(Record):
    """Pieces of an order's line in a parcel."""

    line_id: Id
    quantity: Positive


class ParcelEvent(Record):
    """What the carrier saw."""

    at: ImportMoment
    code: Text
    place: Text | None = None
    text: Text


class ShipmentRecord(Record):
    """A parcel."""

    id: Id
    carrier: Text
    tracking_no: Text | None = None
    tracking_url: Text | None = None
    status: Literal[
        "label_created",
        "handed_over",
        "in_transit",
        "out_for_delivery",
        "attempted",
        "held_at_depot",
        "delivered",
        "returned_to_sender",
        "exception",
        "unknown",
    ]
    eta: Eta | None = None
    shipped_at: ImportMoment | None = None
    delivered_at: ImportMoment | None = None
    lines: list[ParcelLine] = Field(default_factory=list)
    events: list[ParcelEvent] = Field(default_factory=list)


class PickupRecord(Record):
    """The collection of an order in a store."""

    status: Literal["requested", "preparing", "ready", "picked_up", "expired", "cancelled"]
    store_id: Id
    ready_at: ImportMoment | None = None
    hold_until: ImportDay | None = None
    code: Text | None = None


class Totals(Record):
    """What the order comes to."""

    total: Price


class OrderRecord(Record):
    """An order of the web shop or a sale at the till."""

    id: Id
    order_no: Id
    customer_id: Id | None
    contact: Contact | None = None
    channel: Literal["ec", "store"]
    placed_at: ImportMoment | None = None
    lines: list[OrderLineRecord] = Field(min_length=1)
    payment_status: Text
    payment: Payment | None = None
    receipt: Receipt | None = None
    on_hold: bool = False
    delivery: Delivery
    shipments: list[ShipmentRecord] = Field(default_factory=list)
    pickup: PickupRecord | None = None
    totals: Totals

    @model_validator(mode="after")
    def _parcels_hold_lines_of_this_order(self) -> Self:
        names = [line.line_id for line in self.lines]
        if len(set(names)) != len(names):
            raise ValueError("two lines have the same line_id")
        for shipment in self.shipments:
            for line in shipment.lines:
                if line.line_id not in names:
                    raise ValueError(f"shipment {shipment.id} holds no such line: {line.line_id}")
        if len({shipment.id for shipment in self.shipments}) != len(self.shipments):
            raise ValueError("two shipments have the same id")
        return self
