"""Operation 24: where an order could be collected, and from when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.geography import parse_near
from backend.catalogue.hours import OpenDay, at_wall_clock, moments
from backend.catalogue.stock import check_variants
from backend.catalogue.stock_views import raw_available
from backend.catalogue.store_views import hours_of
from backend.catalogue.stores import nearest_stores, stores_of
from backend.conventions.access import Now, Reading
from backend.conventions.bodies import Moment, Page
from backend.conventions.problems import invalid
from backend.conventions.routes import ContractRoute, fresh_for
from backend.tables import StockLevel, Store

router = APIRouter(tags=["pickup"], route_class=ContractRoute)


class LineOut(BaseModel):
    """A line and whether the store has it; `available` null is unknown."""

    variant_id: str
    quantity: int
    available: int | None
    enough: bool | None


class PickupOption(BaseModel):
    """A store where the lines could be collected.

    `ready_at_estimate` null: the pieces come from elsewhere, or the store's hours or lead time
    are not known. `cutoff` is the last moment to order for that same day.
    """

    store_id: str
    store_name: str
    distance_m: int | None
    available_lines: list[LineOut]
    source: Literal["store_stock", "transfer"] | None = Field(serialization_alias="from")
    ready_at_estimate: Moment | None
    cutoff: Moment | None
    hold_days: int | None


@dataclass(frozen=True)
class Wanted:
    """Variants with quantities (one each if none is given), near a place or in named stores."""

    variant_id: Annotated[list[str], Query(min_length=1, max_length=50)]
    quantity: Annotated[list[int] | None, Query(max_length=50)] = None
    store_id: Annotated[list[str] | None, Query(max_length=100)] = None
    near: Annotated[str | None, Query(description="lat,lng")] = None
    limit: Annotated[int, Query(ge=1, le=100, description="stores, with near")] = 5

    def lines(self) -> dict[str, int]:
        """Pieces by variant. Raises Problem (invalid-request) if quantities do not fit."""
        quantities = self.quantity or [1] * len(self.variant_id)
        if len(quantities) != len(self.variant_id) or min(quantities) < 1:
            raise invalid("/quantity", "range", "one quantity of at least 1 for each variant_id")
        lines: dict[str, int] = {}
        for variant_id, quantity in zip(self.variant_id, quantities, strict=True):
            lines[variant_id] = lines.get(variant_id, 0) + quantity
        return lines


@router.get("/pickup/options", dependencies=[Depends(fresh_for(30))])
async def list_pickup_options(
    wanted: Annotated[Wanted, Depends()], session: Reading, now: Now
) -> Page[PickupOption]:
    """For each store that hands out orders: what it has, and when it could be ready."""
    lines = wanted.lines()
    await check_variants(session, list(lines))
    place = parse_near(wanted.near)
    if (place is None) == (not wanted.store_id):
        raise invalid("/near", "exclusive", "exactly one of near and store_id")
    if place is not None:
        stores = await nearest_stores(session, place, wanted.limit)
    else:
        stores = await stores_of(session, wanted.store_id or [])
    levels = await _levels(session, list(lines))
    return Page(
        items=[
            _option(store, lines, levels, now).model_copy(
                update={"distance_m": place and place.metres_to(store.lat, store.lng)}
            )
            for store in stores
            if "pickup" in store.services
        ]
    )


Levels = dict[tuple[str, str], int | None]


async def _levels(session: AsyncSession, variant_ids: Sequence[str]) -> Levels:
    """Free pieces by variant and location; None is unknown."""
    rows = await session.scalars(select(StockLevel).where(StockLevel.variant_id.in_(variant_ids)))
    return {(level.variant_id, level.location_id): raw_available(level) for level in rows}


def _option(store: Store, lines: dict[str, int], levels: Levels, now: datetime) -> PickupOption:
    shown = [
        _line(variant_id, quantity, levels.get((variant_id, store.id)))
        for variant_id, quantity in lines.items()
    ]
    source: Literal["store_stock", "transfer"] | None = None
    if all(line.enough for line in shown):
        source = "store_stock"
    elif all(_elsewhere(levels, variant_id, pieces) for variant_id, pieces in lines.items()):
        source = "transfer"
    ready = ready_at(store, now) if source == "store_stock" else None
    return PickupOption(
        store_id=store.id,
        store_name=store.name,
        distance_m=None,
        available_lines=shown,
        source=source,
        ready_at_estimate=ready and ready[0],
        cutoff=ready and ready[1],
        hold_days=store.pickup_hold_days,
    )


def _line(variant_id: str, quantity: int, free: int | None) -> LineOut:
    return LineOut(
        variant_id=variant_id,
        quantity=quantity,
        available=None if free is None else max(free, 0),
        enough=None if free is None else free >= quantity,
    )


def _elsewhere(levels: Levels, variant_id: str, pieces: int) -> bool:
    return any(
        free is not None and free >= pieces
        for (variant, _), free in levels.items()
        if variant == variant_id
    )


def ready_at(store: Store, now: datetime) -> tuple[datetime, datetime] | None:
    """When an order placed now could be collected, and until when one could be for that day.

    Staff prepare it in opening hours only, and the pickup counter may close before the store.
    None if the store's hours or lead time are not known.
    """
    if store.pickup_lead_time_minutes is None:
        return None
    lead = timedelta(minutes=store.pickup_lead_time_minutes)
    for day in hours_of(store).coming(now):
        for opens, closes in moments(day):
            counter = min(closes, _counter_close(store, day) or closes)
            ready = max(opens, now) + lead
            if ready <= counter:
                return ready, counter - lead
    return None


def _counter_close(store: Store, day: OpenDay) -> datetime | None:
    clock = store.pickup_counter_close
    return at_wall_clock(day.date, clock) if clock else None
