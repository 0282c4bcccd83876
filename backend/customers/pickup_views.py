"""A collection at a store as the contract shows it."""

from datetime import date

from pydantic import BaseModel

from backend.conventions.bodies import Moment
from backend.conventions.problems import not_found
from backend.customers.order_book import WholeOrder
from backend.customers.order_status import PickupStatus


class PickupView(BaseModel):
    """A collection. `ready_at` is an estimate until the status is `ready`."""

    order_id: str
    store_id: str
    status: PickupStatus
    ready_at: Moment | None
    hold_until: date | None
    allowed_actions: list[str]
    extension_used: bool
    pickup_person: str | None
    as_of: Moment
    source: str = "pos"
    version: int


def pickup_view(whole: WholeOrder) -> PickupView:
    """The collection of an order; Problem (not-found) if the order is not collected."""
    pickup, status = whole.pickup, whole.pickup_status
    if pickup is None or status is None:
        raise not_found("pickup")
    return PickupView(
        order_id=pickup.order_id,
        store_id=pickup.store_id,
        status=status,
        ready_at=pickup.ready_at,
        hold_until=pickup.hold_until,
        allowed_actions=whole.pickup_actions,
        extension_used=pickup.extension_used,
        pickup_person=pickup.pickup_person,
        as_of=pickup.as_of,
        version=pickup.version,
    )
