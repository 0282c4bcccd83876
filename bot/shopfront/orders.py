"""Orders, parcels and store pickup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.shopfront.base import Effect, Fact, Money, Query, Refused


@dataclass(frozen=True)
class OrderLine(Fact):
    line_id: str
    name: str
    quantity: int
    options: Mapping[str, str] = field(default_factory=dict)
    shipped: int = 0
    delivered: int = 0
    cancelled: int = 0
    returned: int = 0


@dataclass(frozen=True)
class ParcelEvent(Fact):
    at: datetime
    code: str
    text: str
    place: str | None = None


@dataclass(frozen=True)
class Parcel(Fact):
    """One shipment. `late`: its promised day has passed and it is not delivered."""

    id: str
    carrier: str
    status: str
    tracking_no: str | None = None
    tracking_url: str | None = None
    eta_date: date | None = None
    eta_slot: str | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    last_event: ParcelEvent | None = None
    late: bool = False
    as_of: datetime | None = None
    stale: bool = False


@dataclass(frozen=True)
class Pickup(Fact):
    """Collecting an order at a store. `hold_until` includes that day."""

    order_id: str
    order_no: str
    store_id: str
    store_name: str
    status: str
    ready_at: datetime | None = None
    hold_until: date | None = None
    allowed_actions: tuple[str, ...] = ()
    as_of: datetime | None = None
    stale: bool = False


@dataclass(frozen=True)
class Order(Fact):
    """An order; `status` is derived from its lines by the backend."""

    spoken_of = (("order_number", "order_no", "order_no"),)

    id: str
    order_no: str
    channel: str
    status: str
    lines: tuple[OrderLine, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    pickup: Pickup | None = None
    placed_at: datetime | None = None
    total: Money | None = None
    payment_status: str | None = None
    payment_method: str | None = None
    payment_due: date | None = None
    allowed_actions: tuple[str, ...] = ()
    as_of: datetime | None = None
    stale: bool = False

    @property
    def under_way(self) -> bool:
        """Is there still something to wait for?"""
        return self.status not in ("delivered", "picked_up", "cancelled", "returned")


@dataclass(frozen=True)
class MyOrders(Query[tuple[Order, ...]]):
    """The member's orders, newest first. `complete_from`-limits are the backend's."""

    limit: int = 10


@dataclass(frozen=True)
class MyOrder(Query[Order | None]):
    """One order of the member by its number; None: not found, or not theirs."""

    order_no: str


@dataclass(frozen=True)
class GuestOrder(Fact):
    shown_once = True

    order: Order


@dataclass(frozen=True)
class LookUpGuestOrder(Effect[GuestOrder | Refused]):
    """An order placed without membership, by number and one proof.

    `proof` is the last four digits of the phone, the e-mail, or "postal code name"; the backend
    counts wrong tries.
    """

    consent_free = True

    order_no: str
    proof: str


@dataclass(frozen=True)
class PickupCode(Fact):
    """What the till asks for; `payload` is drawn as a QR code or barcode."""

    shown_once = True

    code: str
    payload: str
    expires_at: datetime | None = None


@dataclass(frozen=True)
class ShowPickupCode(Effect[PickupCode | Refused]):
    consent_free = True

    order_id: str


@dataclass(frozen=True)
class PickupPlan(Fact):
    """What a change would bring: the dry run's answer.

    `points` go back to the customer, or are taken back where negative. `etag` is the state the
    plan rests on: a change carries it, and is refused where that has moved.
    """

    possible: bool
    hold_until: date | None = None
    ready_at: datetime | None = None
    refund: Money | None = None
    points: int = 0
    etag: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class PlanExtension(Query[PickupPlan]):
    """How long could this pickup be kept?"""

    order_id: str


@dataclass(frozen=True)
class PlanOtherStore(Query[PickupPlan]):
    order_id: str
    store: str


@dataclass(frozen=True)
class PlanCancellation(Query[PickupPlan]):
    """What follows when this pickup is cancelled?"""

    order_id: str


@dataclass(frozen=True)
class ChangedMeanwhile(Fact):
    """Nothing was done: it no longer stood as it was shown. This is how it stands now."""

    pickup: Pickup


@dataclass(frozen=True)
class ExtendPickup(Effect[Pickup | ChangedMeanwhile | Refused]):
    order_id: str
    until: date
    etag: str | None = None


@dataclass(frozen=True)
class MovePickup(Effect[Pickup | ChangedMeanwhile | Refused]):
    order_id: str
    store: str
    etag: str | None = None


@dataclass(frozen=True)
class CancelPickup(Effect[Pickup | ChangedMeanwhile | Refused]):
    order_id: str
    etag: str | None = None
