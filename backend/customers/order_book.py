"""Orders with all that belongs to them, read in few queries."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import business_day
from backend.conventions.access import CustomerSession
from backend.conventions.language import translated
from backend.conventions.problems import not_found
from backend.customers.order_status import (
    Line,
    OrderFacts,
    OrderStatus,
    Parcel,
    PickupStatus,
    counted_lines,
    order_status,
    pickup_actions,
)
from backend.tables import (
    Order,
    OrderLine,
    Pickup,
    Product,
    Shipment,
    ShipmentEvent,
    Variant,
)

Part = TypeVar("Part", OrderLine, Shipment, ShipmentEvent)


@dataclass
class WholeOrder:
    """One order with lines, parcels and collection, as it stands on the business day `today`."""

    order: Order
    today: date
    lines: list[OrderLine]
    shipments: list[Shipment] = field(default_factory=list)
    events: list[ShipmentEvent] = field(default_factory=list)
    pickup: Pickup | None = None

    @property
    def facts(self) -> OrderFacts:
        """What decides the status."""
        return OrderFacts(
            lines=[_line(line) for line in self.lines],
            parcels=[_parcel(shipment) for shipment in self.shipments],
            delivery_kind=self.order.delivery.get("kind", "ship"),
            pickup=self.pickup_status,
            payment_status=self.order.payment_status,
            payment_method=self.order.payment_method,
            on_hold=self.order.on_hold,
        )

    @property
    def pickup_status(self) -> PickupStatus | None:
        """Where the collection stands; what was not fetched by its last day is expired."""
        if self.pickup is None:
            return None
        status = PickupStatus(self.pickup.status)
        over = self.pickup.hold_until is not None and self.pickup.hold_until < self.today
        return PickupStatus.EXPIRED if over and status == PickupStatus.READY else status

    @property
    def is_ready(self) -> bool:
        """Whether the collection has been ready: `ready_at` is a fact, no estimate."""
        past = {PickupStatus.READY, PickupStatus.PICKED_UP, PickupStatus.EXPIRED}
        return self.pickup_status in past

    @property
    def status(self) -> OrderStatus:
        """Derived from the lines."""
        return order_status(self.facts)

    @property
    def counted_lines(self) -> list[Line]:
        """The lines' pieces as parcels, store and till prove them."""
        return counted_lines(self.facts)

    @property
    def etag(self) -> str:
        """The state of order and collection: it changes with every change a customer can make."""
        pickup = f"-{self.pickup.version}-{self.pickup_status}" if self.pickup else ""
        return f'"{self.order.version}-{self.status}{pickup}"'

    @property
    def pickup_actions(self) -> list[str]:
        """What the customer may do about the collection now."""
        if self.pickup is None or self.pickup_status is None:
            return []
        return pickup_actions(self.pickup_status, self.pickup.extension_used)

    @property
    def allowed_actions(self) -> list[str]:
        """What the customer may do about the order now."""
        receipt = ["receipt"] if (self.order.receipt or {}).get("available") else []
        return [*(f"pickup_{action}" for action in self.pickup_actions), *receipt]


async def whole_orders(
    session: AsyncSession, orders: Sequence[Order], today: date
) -> list[WholeOrder]:
    """The orders, in their order, with everything that belongs to them."""
    lines = await _of_orders(session, OrderLine, orders)
    parcels = await _of_orders(session, Shipment, orders)
    events = await _of_orders(session, ShipmentEvent, orders if parcels else [])
    ids = [order.id for order in orders]
    pickups = await session.scalars(select(Pickup).where(Pickup.order_id.in_(ids)))
    collections = {pickup.order_id: pickup for pickup in pickups}
    return [
        WholeOrder(
            order,
            today,
            lines[order.id],
            parcels[order.id],
            events[order.id],
            collections.get(order.id),
        )
        for order in orders
    ]


async def line_names(
    session: AsyncSession, orders: Sequence[WholeOrder], language: str
) -> dict[str, str]:
    """What the pieces on the lines are called in `language`, by variant.

    Only where the shop has a name in it; a line keeps the name it was placed with otherwise.
    """
    variants = {line.variant_id for whole in orders for line in whole.lines if line.variant_id}
    rows = await session.execute(
        select(Variant.id, Product.translations)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(variants))
    )
    named = {variant: translated(words, language, "name", "") for variant, words in rows}
    return {variant: name for variant, name in named.items() if name}


async def whole_order(
    session: AsyncSession, order_id: str, asker: CustomerSession, now: datetime
) -> WholeOrder:
    """An order with everything that belongs to it; somebody else's is not found (Problem)."""
    order = await session.get(Order, order_id)
    if order is None or not may_read(asker, order):
        raise not_found("order")
    (whole,) = await whole_orders(session, [order], business_day(now))
    return whole


def may_read(asker: CustomerSession, order: Order) -> bool:
    """Whether the order is the member's own, or the one a guest has proven to know."""
    if asker.order_id is not None:
        return asker.order_id == order.id
    return asker.customer_id is not None and asker.customer_id == order.customer_id


async def _of_orders(
    session: AsyncSession, table: type[Part], orders: Sequence[Order]
) -> dict[str, list[Part]]:
    if not orders:
        return defaultdict(list)
    ids = [order.id for order in orders]
    rows = await session.scalars(
        select(table).where(table.order_id.in_(ids)).order_by(table.order_id, table.position)
    )
    grouped: dict[str, list[Part]] = defaultdict(list)
    for row in rows:
        grouped[row.order_id].append(row)
    return grouped


def _line(line: OrderLine) -> Line:
    return Line(
        line.line_id, line.quantity, line.shipped, line.delivered, line.cancelled, line.returned
    )


def _parcel(shipment: Shipment) -> Parcel:
    pieces: Counter[str] = Counter()
    for line in shipment.lines:
        pieces[line["line_id"]] += line["quantity"]
    return Parcel(shipment.status, pieces)
