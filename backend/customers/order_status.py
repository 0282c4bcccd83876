"""What an order's status is, told by its lines. Pure.

Every adapter uses `order_status`: a header status copied from a shop system goes stale as
soon as part of an order is shipped, cancelled or returned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class OrderStatus(StrEnum):
    """Where an order stands, as the customer is told."""

    PENDING_PAYMENT = "pending_payment"
    CONFIRMED = "confirmed"
    PREPARING = "preparing"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    READY_FOR_PICKUP = "ready_for_pickup"
    PARTIALLY_DELIVERED = "partially_delivered"
    DELIVERED = "delivered"
    PICKED_UP = "picked_up"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    ON_HOLD = "on_hold"


class PickupStatus(StrEnum):
    """Where a collection at a store stands."""

    REQUESTED = "requested"
    TRANSFERRING = "transferring"
    PREPARING = "preparing"
    READY = "ready"
    PICKED_UP = "picked_up"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Line:
    """One line of an order in pieces; `shipped` and `delivered` include what came back."""

    line_id: str
    quantity: int
    shipped: int = 0
    delivered: int = 0
    cancelled: int = 0
    returned: int = 0

    @property
    def wanted(self) -> int:
        """Pieces the customer still is to have."""
        return max(self.quantity - self.cancelled, 0)


@dataclass(frozen=True)
class Parcel:
    """How many pieces of each line one shipment holds, and how far it has come."""

    status: str
    pieces: Mapping[str, int]


@dataclass(frozen=True)
class OrderFacts:
    """All that decides an order's status."""

    lines: Sequence[Line]
    parcels: Sequence[Parcel] = ()
    delivery_kind: str = "ship"
    pickup: PickupStatus | None = None
    payment_status: str = "paid"
    payment_method: str | None = None
    on_hold: bool = False


UNPAID = frozenset({"pending", "unpaid"})
PAID_ON_RECEIPT = frozenset({"cod", "cash_on_delivery", "pay_at_store"})
PARCEL_STILL_HERE = frozenset({"label_created"})
PARCEL_ARRIVED = frozenset({"delivered"})
AT_THE_COUNTER = frozenset({PickupStatus.TRANSFERRING, PickupStatus.PREPARING})


def counted_lines(facts: OrderFacts) -> list[Line]:
    """The lines with what parcels, collection and till prove where a line itself says less."""
    return [_counted(line, facts) for line in facts.lines]


def order_status(facts: OrderFacts) -> OrderStatus:
    """The one status of an order. Cancelled wins over anything a parcel says."""
    lines = counted_lines(facts)
    wanted = sum(line.wanted for line in lines)
    if wanted == 0 or facts.pickup == PickupStatus.CANCELLED:
        return OrderStatus.CANCELLED
    if all(line.returned >= line.wanted for line in lines):
        return OrderStatus.RETURNED
    return _with_the_customer(facts, lines) or _on_the_way(facts, lines) or _still_here(facts)


def _counted(line: Line, facts: OrderFacts) -> Line:
    sent = [parcel for parcel in facts.parcels if parcel.status not in PARCEL_STILL_HERE]
    arrived = [parcel for parcel in sent if parcel.status in PARCEL_ARRIVED]
    collected = facts.delivery_kind == "carry_out" or facts.pickup == PickupStatus.PICKED_UP
    delivered = max(
        line.delivered,
        line.returned,
        sum(parcel.pieces.get(line.line_id, 0) for parcel in arrived),
        line.wanted if collected else 0,
    )
    shipped = sum(parcel.pieces.get(line.line_id, 0) for parcel in sent)
    return replace(line, delivered=delivered, shipped=max(line.shipped, shipped, delivered))


def _with_the_customer(facts: OrderFacts, lines: Sequence[Line]) -> OrderStatus | None:
    if all(line.delivered >= line.wanted for line in lines):
        return OrderStatus.DELIVERED if facts.delivery_kind == "ship" else OrderStatus.PICKED_UP
    if any(line.delivered > line.returned for line in lines):
        return OrderStatus.PARTIALLY_DELIVERED
    return None


def _on_the_way(facts: OrderFacts, lines: Sequence[Line]) -> OrderStatus | None:
    if facts.pickup == PickupStatus.READY:
        return OrderStatus.READY_FOR_PICKUP
    if facts.delivery_kind != "ship":
        return None
    if all(line.shipped >= line.wanted for line in lines):
        return OrderStatus.SHIPPED
    if any(line.shipped > 0 for line in lines):
        return OrderStatus.PARTIALLY_SHIPPED
    return None


def _still_here(facts: OrderFacts) -> OrderStatus:
    if facts.on_hold or facts.pickup == PickupStatus.EXPIRED:
        return OrderStatus.ON_HOLD
    if facts.payment_status in UNPAID and facts.payment_method not in PAID_ON_RECEIPT:
        return OrderStatus.PENDING_PAYMENT
    if facts.parcels or facts.pickup in AT_THE_COUNTER:
        return OrderStatus.PREPARING
    return OrderStatus.CONFIRMED


def pickup_actions(status: PickupStatus, extension_used: bool) -> list[str]:
    """What the customer may do about a collection now."""
    match status:
        case PickupStatus.READY:
            extend = [] if extension_used else ["extend"]
            return [*extend, "change_store", "cancel", "code"]
        case PickupStatus.REQUESTED | PickupStatus.TRANSFERRING | PickupStatus.PREPARING:
            return ["change_store", "cancel"]
        case PickupStatus.EXPIRED:
            return ["cancel"]
        case PickupStatus.PICKED_UP | PickupStatus.CANCELLED:
            return []
