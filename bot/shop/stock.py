"""Stock in stores and online, and collecting at a store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product as pairs_of

from pydantic import AwareDatetime, Field

from bot.errors import Unavailable
from bot.shop import house, stores
from bot.shop.asking import Asking, Found, Resource
from bot.shop.cache import STOCK_IN_STORE, STOCK_ONLINE
from bot.shop.client import Params
from bot.shop.problems import Problem
from bot.shop.wire import Page, Wire
from bot.shopfront.catalogue import (
    ONLINE,
    Display,
    Incoming,
    PickupAt,
    PickupOption,
    StockAt,
    StockElsewhere,
    StockLevel,
)

IN_STORE = Resource("stock", STOCK_IN_STORE)
WEB_SHOP = Resource("stock", STOCK_ONLINE)
COLLECTING = Resource("pickup", STOCK_IN_STORE)
ONLINE_NAMES = {"ja": "オンラインストア", "en": "our online store"}
MOST_VARIANTS = 50
NEAREST = 100


class IncomingWire(Wire):
    quantity: int | None = None
    expected_on: date | None = None


class LevelWire(Wire):
    """Stock of a variant; `store_id` None is the web shop."""

    variant_id: str
    store_id: str | None = None
    available: int | None = None
    display: Display | None = None
    incoming: IncomingWire | None = None
    as_of: AwareDatetime | None = None
    stale: bool = False
    distance_m: int | None = None


class PickupOptionWire(Wire):
    """Collecting at a store; `source` None: the pieces are nowhere to be had."""

    store_id: str
    source: str | None = Field(None, alias="from")
    ready_at_estimate: AwareDatetime | None = None


Levels = Page[LevelWire]
PickupOptions = Page[PickupOptionWire]


async def stock_at(query: StockAt, asking: Asking) -> tuple[StockLevel, ...]:
    """One level for each pair; what one place does not tell is unknown there only."""
    shops = [store for store in dict.fromkeys(query.stores) if store != ONLINE]
    asked = []
    for start in range(0, len(query.variants), MOST_VARIANTS):
        variants = [("variant_id", v) for v in query.variants[start : start + MOST_VARIANTS]]
        if shops:
            places = [("store_id", store) for store in shops]
            asked.append(_levels(asking, IN_STORE, (*variants, *places)))
        if ONLINE in query.stores:
            asked.append(_levels(asking, WEB_SHOP, (*variants, ("scope", "ec"))))
    names, told = await asyncio.gather(
        _names(asking, query.stores), asyncio.gather(*asked, return_exceptions=True)
    )
    levels = _together(told, names, asking.shop.low_at)
    return tuple(
        levels.get((variant, store)) or _unknown(variant, store, names[store])
        for variant, store in pairs_of(query.variants, query.stores)
    )


async def stock_elsewhere(query: StockElsewhere, asking: Asking) -> tuple[StockLevel, ...]:
    """Stores that have it; `near` is a store's id."""
    params: list[tuple[str, str]] = [("variant_id", query.variant)]
    near = await _place(asking, query.near)
    if near is not None:
        params += [("near", near), ("limit", str(NEAREST))]
    found = await asking.find(IN_STORE, ("stock",), Levels, params)
    if found is None:
        return ()
    have = [
        level
        for level in found.value.items
        if level.store_id is not None and _band(level, asking.shop.low_at) in ("in_stock", "low")
    ][: query.limit]
    names = await _names(asking, [level.store_id or ONLINE for level in have])
    return tuple(_level(each, found, names, asking.shop.low_at) for each in have)


async def pickup_at(query: PickupAt, asking: Asking) -> PickupOption | None:
    """Can it be collected there, and when; the fee is the shop's rule.

    None as well while the backend does not say: whoever asks has more to tell than this.
    """
    params = (("variant_id", query.variant), ("store_id", query.store))
    try:
        found, fee = await asyncio.gather(
            asking.find(COLLECTING, ("pickup", "options"), PickupOptions, params),
            house.pickup_fee(asking),
        )
    except (Problem, Unavailable):
        return None
    options = found.value.items if found else ()
    told = next((each for each in options if each.store_id == query.store), None)
    if told is None or found is None:
        return None
    return PickupOption(
        store_id=told.store_id,
        possible=told.source is not None,
        ready_at=None if found.stale else told.ready_at_estimate,
        from_transfer=told.source == "transfer",
        fee=fee,
    )


async def _levels(asking: Asking, resource: Resource, params: Params) -> Found[Levels]:
    found = await asking.find(resource, ("stock",), Levels, params)
    return found or Found(Levels(items=()), asking.now())


async def _names(asking: Asking, places: Sequence[str]) -> dict[str, str]:
    names = await stores.named(asking, (place for place in places if place != ONLINE))
    online = ONLINE_NAMES.get(asking.language, ONLINE_NAMES["ja"])
    return {**names, ONLINE: online}


async def _place(asking: Asking, store: str | None) -> str | None:
    found = store and await asking.find(stores.PLACES, ("stores", store), stores.StoreWire)
    if not found or found.value.lat is None or found.value.lng is None:
        return None
    return f"{found.value.lat:.5f},{found.value.lng:.5f}"


def _together(
    told: Iterable[Found[Levels] | BaseException], names: dict[str, str], low_at: int
) -> dict[tuple[str, str], StockLevel]:
    """The levels of the places that answered. Raises the fault if none did."""
    answered, faults = [], []
    for each in told:
        if isinstance(each, Unavailable):
            faults.append(each)
        elif isinstance(each, BaseException):
            raise each
        else:
            answered.append(each)
    if faults and not answered:
        raise faults[0]
    return {
        (level.variant_id, level.store_id or ONLINE): _level(level, found, names, low_at)
        for found in answered
        for level in found.value.items
    }


def _level(told: LevelWire, found: Found[Levels], names: dict[str, str], low_at: int) -> StockLevel:
    store = told.store_id or ONLINE
    coming = told.incoming
    return StockLevel(
        variant_id=told.variant_id,
        store_id=store,
        store_name=names.get(store, store),
        display=_band(told, low_at),
        as_of=told.as_of,
        available=told.available,
        incoming=Incoming(coming.quantity, coming.expected_on) if coming else None,
        stale=told.stale or found.stale,
        distance_m=told.distance_m,
    )


def _band(told: LevelWire, low_at: int) -> Display:
    """By the operator's own rule where the count is known, else as the backend puts it."""
    if told.available is None:
        return told.display or "unknown"
    if told.available <= 0:
        return "out"
    return "low" if told.available <= low_at else "in_stock"


def _unknown(variant: str, store: str, name: str) -> StockLevel:
    return StockLevel(variant, store, name, "unknown", None)
