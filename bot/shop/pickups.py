"""Changing how an order is collected at a store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import AwareDatetime

from bot.shop import house, orders, stores
from bot.shop.asking import Asking, Deed
from bot.shop.orders import BOOK, OrderWire, PickupWire
from bot.shop.problems import Problem, refused
from bot.shop.wire import MoneyWire, Several, Wire, money
from bot.shopfront.base import Refused
from bot.shopfront.orders import (
    CancelPickup,
    ChangedMeanwhile,
    ExtendPickup,
    MovePickup,
    Pickup,
    PickupCode,
    PickupPlan,
    PlanCancellation,
    PlanExtension,
    PlanOtherStore,
    ShowPickupCode,
)

Outcome = Pickup | ChangedMeanwhile | Refused


class BarcodeWire(Wire):
    payload: str


class CodeWire(Wire):
    code: str
    barcode: BarcodeWire | None = None
    expires_at: AwareDatetime | None = None


class PlannedWire(Wire):
    """What one effect of a dry run would bring."""

    kind: str | None = None
    hold_until: date | None = None
    until: date | None = None
    ready_at: AwareDatetime | None = None
    amount: MoneyWire | None = None
    delta: int = 0


class PlanWire(Wire):
    effects: Several[PlannedWire] = ()
    etag: str | None = None


async def show_pickup_code(
    effect: ShowPickupCode, key: str, asking: Asking
) -> PickupCode | Refused:
    """The code for the counter; never kept."""
    steps = ("orders", effect.order_id, "pickup", "code")
    try:
        told = await asking.act(Deed("pickup", "POST", steps, {}, mine=True), key, CodeWire)
    except Problem as problem:
        return refused(problem)
    payload = told.barcode.payload if told.barcode else told.code
    return PickupCode(told.code, payload, told.expires_at)


async def plan_extension(query: PlanExtension, asking: Asking) -> PickupPlan:
    """The longest the shop may keep it; the backend checks and says until when."""
    order = await _order(asking, query.order_id)
    if order is None or order.pickup is None:
        return PickupPlan(possible=False, reason="not-found")
    days = (await house.capabilities(asking)).limits.extend_days
    until = None
    if order.pickup.hold_until is not None and days is not None:
        until = order.pickup.hold_until + timedelta(days=days)
    body = {"until": until.isoformat()} if until else {}
    return await _plan(asking, ("orders", query.order_id, "pickup", "extend"), body, until)


async def plan_other_store(query: PlanOtherStore, asking: Asking) -> PickupPlan:
    """When it would be ready at another store."""
    steps = ("orders", query.order_id, "pickup", "change-store")
    return await _plan(asking, steps, {"store_id": query.store}, None)


async def plan_cancellation(query: PlanCancellation, asking: Asking) -> PickupPlan:
    """What is paid back, and which points move."""
    return await _plan(asking, ("orders", query.order_id, "pickup", "cancel"), {}, None)


async def extend_pickup(effect: ExtendPickup, key: str, asking: Asking) -> Outcome:
    """Keep it longer."""
    body = {"until": effect.until.isoformat()}
    return await _change(asking, effect, "extend", body, key)


async def move_pickup(effect: MovePickup, key: str, asking: Asking) -> Outcome:
    """Collect it at another store."""
    return await _change(asking, effect, "change-store", {"store_id": effect.store}, key)


async def cancel_pickup(effect: CancelPickup, key: str, asking: Asking) -> Outcome:
    """Do not collect it: the order's pieces go back and are paid back."""
    return await _change(asking, effect, "cancel", {}, key)


async def _order(asking: Asking, order_id: str) -> OrderWire | None:
    found = await asking.find(BOOK, ("orders", order_id), OrderWire, mine=True)
    return found.value if found else None


async def _plan(
    asking: Asking, steps: tuple[str, ...], body: Mapping[str, Any], until: date | None
) -> PickupPlan:
    try:
        told = await asking.plan("pickup", steps, body, PlanWire)
    except Problem as problem:
        return PickupPlan(possible=False, reason=refused(problem).reason)
    dates = [each.hold_until or each.until for each in told.effects]
    moments = [each.ready_at for each in told.effects]
    refunds = [money(each.amount) for each in told.effects if each.kind == "refund"]
    return PickupPlan(
        possible=True,
        hold_until=next(filter(None, dates), until),
        ready_at=next(filter(None, moments), None),
        refund=next(filter(None, refunds), None),
        points=sum(each.delta for each in told.effects if each.kind == "points"),
        etag=told.etag,
    )


async def _change(
    asking: Asking,
    effect: ExtendPickup | MovePickup | CancelPickup,
    action: str,
    body: Mapping[str, Any],
    key: str,
) -> Outcome:
    """The order's number and the store's name are read first: afterwards nothing may fail."""
    order = await _order(asking, effect.order_id)
    if order is None or order.pickup is None:
        return Refused("not-found")
    places = (order.pickup.store_id, str(body.get("store_id") or order.pickup.store_id))
    names = await stores.named(asking, places)
    steps = ("orders", effect.order_id, "pickup", action)
    deed = Deed("pickup", "POST", steps, body, mine=True, etag=effect.etag)
    try:
        told = await asking.act(deed, key, PickupWire)
    except Problem as problem:
        if problem.slug != "state-changed":
            return refused(problem)
    else:
        name = names.get(told.store_id, told.store_id)
        return orders.pickup(told, effect.order_id, order.order_no, name)
    finally:
        asking.shop.cache.forget_member(asking.member)
        asking.shop.cache.forget_ports("stock", "pickup")
    return await _as_it_stands(asking, effect.order_id)


async def _as_it_stands(asking: Asking, order_id: str) -> ChangedMeanwhile | Refused:
    order = await _order(asking, order_id)
    if order is None or order.pickup is None:
        return Refused("not-found")
    names = await stores.named(asking, (order.pickup.store_id,))
    name = names[order.pickup.store_id]
    return ChangedMeanwhile(orders.pickup(order.pickup, order_id, order.order_no, name))
