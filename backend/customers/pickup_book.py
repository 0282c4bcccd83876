"""Changing a collection: order, stock and points together, in one transaction."""

import secrets
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.pickup import ready_at
from backend.clock import business_day, in_tokyo
from backend.conventions.problems import Problem, invalid, not_found
from backend.customers.order_book import WholeOrder
from backend.customers.order_status import PickupStatus
from backend.customers.reservations import Pieces, release, reserve
from backend.customers.shop_rules import PICKUP_EXTENSION_DAYS
from backend.tables import Member, Pickup, PointsEntry, Store

CODE_DIGITS = 6
REFUND_DUE = frozenset({"paid", "partially_refunded"})
Effects = list[dict[str, Any]]


def collection_of(whole: WholeOrder, action: str) -> Pickup:
    """The collection, if the customer may do this about it now.

    Raises Problem: not-found if the order is not collected, else not-allowed-in-state.
    """
    if whole.pickup is None:
        raise not_found("pickup")
    if action not in whole.pickup_actions:
        raise Problem(
            "not-allowed-in-state",
            state=whole.pickup_status,
            allowed_actions=whole.pickup_actions,
        )
    return whole.pickup


async def change_store(
    session: AsyncSession, whole: WholeOrder, store: Store, now: datetime
) -> Effects:
    """Have the order prepared in another store; Problem (insufficient-stock) if it cannot be."""
    pickup = collection_of(whole, "change_store")
    if store.id == pickup.store_id:
        raise invalid("/store_id", "same")
    pieces = _pieces(whole)
    unknown = any(line.variant_id is None for line in whole.lines)
    if "pickup" not in store.services or unknown:
        raise Problem("not-supported", capability="pickup.change_store")
    await reserve(session, store.id, pieces)
    await release(session, pickup.store_id, pieces)
    former = pickup.store_id
    prepared = ready_at(store, now)
    pickup.store_id = store.id
    pickup.status = PickupStatus.PREPARING
    pickup.ready_at = prepared and prepared[0]
    pickup.hold_until = _last_day(store, pickup.ready_at)
    pickup.code = None
    whole.order.delivery = {**whole.order.delivery, "store_id": store.id}
    _note(whole, "pickup_store_changed", now)
    effect = {
        "kind": "pickup_store_changed",
        "from_store_id": former,
        "store_id": store.id,
        "ready_at": pickup.ready_at and in_tokyo(pickup.ready_at).isoformat(),
        "hold_until": pickup.hold_until and pickup.hold_until.isoformat(),
    }
    return [effect]


def extend(whole: WholeOrder, until: date, now: datetime) -> Effects:
    """Have the order kept longer, once."""
    pickup = collection_of(whole, "extend")
    if pickup.hold_until is None:
        raise Problem("not-supported", capability="pickup.extend")
    latest = pickup.hold_until + timedelta(days=PICKUP_EXTENSION_DAYS)
    if not pickup.hold_until < until <= latest:
        raise invalid("/until", "range", f"after {pickup.hold_until}, at most {latest}")
    pickup.hold_until = until
    pickup.extension_used = True
    _note(whole, "pickup_extended", now)
    return [{"kind": "pickup_extended", "hold_until": until.isoformat()}]


async def cancel(session: AsyncSession, whole: WholeOrder, now: datetime) -> Effects:
    """Cancel what was not collected; money and points go back."""
    pickup = collection_of(whole, "cancel")
    await release(session, pickup.store_id, _pieces(whole))
    for line in whole.lines:
        line.cancelled = line.quantity
    pickup.status = PickupStatus.CANCELLED
    pickup.code = None
    effects: Effects = [{"kind": "pickup_cancelled", "store_id": pickup.store_id}]
    if whole.order.payment_status in REFUND_DUE:
        whole.order.payment_status = "refund_pending"
        effects.append({"kind": "refund", "amount": whole.order.totals.get("total")})
    points = await _undo_points(session, whole, now)
    if points:
        effects.append({"kind": "points", "delta": points})
    _note(whole, "cancelled", now)
    return effects


def collection_code(pickup: Pickup) -> str:
    """What the customer shows in the store; made when first asked for, if the shop has not."""
    if pickup.code is None:
        pickup.code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    return pickup.code


def _pieces(whole: WholeOrder) -> Pieces:
    """What is still to be collected, by variant, as far as the catalogue knows it."""
    pieces: Counter[str] = Counter()
    for line, counted in zip(whole.lines, whole.counted_lines, strict=True):
        left = counted.wanted - counted.delivered
        if left > 0 and line.variant_id is not None:
            pieces[line.variant_id] += left
    return pieces


def _last_day(store: Store, ready: datetime | None) -> date | None:
    if ready is None or store.pickup_hold_days is None:
        return None
    return business_day(ready) + timedelta(days=store.pickup_hold_days)


def _note(whole: WholeOrder, code: str, now: datetime) -> None:
    assert whole.pickup is not None
    entry = {"at": in_tokyo(now).isoformat(), "code": code}
    whole.order.timeline = [*whole.order.timeline, entry]
    whole.order.version += 1
    whole.order.updated_at = now
    whole.pickup.version += 1
    whole.pickup.as_of = now


async def _undo_points(session: AsyncSession, whole: WholeOrder, now: datetime) -> int:
    """Book the opposite of what the order has done to the balance; drop what was only pending."""
    order = whole.order
    if order.customer_id is None:
        return 0
    mine = (PointsEntry.customer_id == order.customer_id, PointsEntry.order_no == order.order_no)
    entries = list(await session.scalars(select(PointsEntry).where(*mine)))
    if not entries:
        return 0
    for entry in entries:
        if entry.pending:
            await session.delete(entry)
    opposite = -sum(entry.delta for entry in entries if not entry.pending)
    (await session.get_one(Member, order.customer_id)).points_as_of = now
    if opposite:
        session.add(
            PointsEntry(
                customer_id=order.customer_id,
                kind="return",
                delta=opposite,
                at=now,
                order_no=order.order_no,
                pending=False,
                limited=False,
                usable_at=[],
            )
        )
    return opposite
