"""Stock as the contract shows it: what is free, in a band, with the time it was seen. Pure."""

from datetime import date
from typing import Literal

from pydantic import BaseModel

from backend.conventions.bodies import Moment
from backend.tables import ONLINE, StockLevel, Store

LOW_AT = 3
"""So few free pieces are shown as low; the channel may have a limit of its own."""

Display = Literal["in_stock", "low", "out", "unknown"]


class IncomingOut(BaseModel):
    """Pieces on their way; `expected_on` null is unknown."""

    quantity: int
    expected_on: date | None


class StockLevelOut(BaseModel):
    """Stock of a variant in a store, or (store_id null) in the web shop.

    `available` is on_hand - reserved - safety_buffer, at least 0; null is unknown.
    `raw_available` is there when the source says less than nothing.
    """

    variant_id: str
    store_id: str | None
    on_hand: int | None
    reserved: int | None
    available: int | None
    raw_available: int | None = None
    safety_buffer: int
    display: Display
    sellable_as: list[str]
    incoming: IncomingOut | None
    as_of: Moment | None
    source: str | None
    stale: bool = False
    distance_m: int | None = None


def raw_available(level: StockLevel) -> int | None:
    """What the numbers say is free; may be negative, None is unknown."""
    if level.on_hand is None:
        return None
    return level.on_hand - level.reserved - level.safety_buffer


def display(available: int | None) -> Display:
    """The band a number of free pieces falls into."""
    if available is None:
        return "unknown"
    if available <= 0:
        return "out"
    return "low" if available <= LOW_AT else "in_stock"


def level_out(level: StockLevel, store: Store | None, distance_m: int | None) -> StockLevelOut:
    """Show a stock level; `store` None is the web shop."""
    raw = raw_available(level)
    available = None if raw is None else max(raw, 0)
    incoming = level.incoming_quantity
    return StockLevelOut(
        variant_id=level.variant_id,
        store_id=None if level.location_id == ONLINE else level.location_id,
        on_hand=level.on_hand,
        reserved=level.reserved,
        available=available,
        raw_available=raw if raw is not None and raw < 0 else None,
        safety_buffer=level.safety_buffer,
        display=display(available),
        sellable_as=_ways(store) if available else [],
        incoming=None
        if incoming is None
        else IncomingOut(quantity=incoming, expected_on=level.incoming_on),
        as_of=level.as_of,
        source=level.source,
        distance_m=distance_m,
    )


def unknown_level(variant_id: str, location_id: str, distance_m: int | None) -> StockLevelOut:
    """Nobody has ever told this stock: unknown, which is not nothing."""
    return StockLevelOut(
        variant_id=variant_id,
        store_id=None if location_id == ONLINE else location_id,
        on_hand=None,
        reserved=None,
        available=None,
        safety_buffer=0,
        display="unknown",
        sellable_as=[],
        incoming=None,
        as_of=None,
        source=None,
        distance_m=distance_m,
    )


def _ways(store: Store | None) -> list[str]:
    if store is None or store.kind != "store":
        return []
    return ["walk_in", *(way for way in ("pickup", "tryon") if way in store.services)]
