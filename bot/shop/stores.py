"""Stores and their hours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.shop.asking import Asking, Found, Resource
from bot.shop.cache import STORES
from bot.shop.paging import whole_list
from bot.shop.wire import Page, Several, Wire
from bot.shop.words import impersonal
from bot.shopfront.base import Option
from bot.shopfront.catalogue import Calendar, Day, Store, StoreById, StoresMatching
from bot.shopfront.catalogue import Stores as StoresQuery

PLACES = Resource("stores", STORES)
TOKYO = ZoneInfo("Asia/Tokyo")
LONGEST_CALENDAR = 62
MATCHES = 10
NEAREST = 20
PAGE = 100
STILL_NOW = timedelta(seconds=60)
WallClock = Annotated[str, Field(pattern=r"^\d{1,2}:\d{2}$")]


class AddressWire(Wire):
    prefecture: str | None = None
    city: str | None = None
    line1: str | None = None
    building: str | None = None


class PickupWire(Wire):
    counter_close: str | None = None
    hold_days: int | None = None


class StoreWire(Wire):
    id: str
    name: str
    kind: str = "store"
    address: AddressWire | None = None
    phone: str | None = None
    nearest_station: str | None = None
    lat: float | None = None
    lng: float | None = None
    services: Several[str] = ()
    facts: Mapping[str, Any] | None = None
    pickup: PickupWire | None = None
    pickup_counter_close: str | None = None
    open_now: bool | None = None
    distance_m: int | None = None


class DayWire(Wire):
    """A day of the calendar. `closed` None: nobody knows."""

    date: date
    closed: bool | None = None
    open: WallClock | None = None
    close: WallClock | None = None
    reason: str | None = None


Days = Page[DayWire]
StoreList = Page[StoreWire]


async def store_by_id(query: StoreById, asking: Asking) -> Store | None:
    """A store as it is now: whether it is open follows from its calendar and the present time."""
    found = await asking.find(PLACES, ("stores", query.store), StoreWire)
    if found is None:
        return None
    if found.age <= STILL_NOW:
        return _store(found.value, found.value.open_now)
    now = asking.now().astimezone(TOKYO)
    days = await days_of(asking, query.store, now.date() - timedelta(days=1), 2)
    return _store(found.value, open_at(days, now))


async def stores_matching(query: StoresMatching, asking: Asking) -> tuple[Option, ...]:
    """Stores a phrase may mean, the best match first."""
    text = impersonal(query.text)
    if not text:
        return ()
    params = (("q", text), ("limit", str(MATCHES)))
    found = await asking.find(PLACES, ("stores",), StoreList, params)
    items = found.value.items if found else ()
    return tuple(Option(s.id, s.name, s.nearest_station) for s in items if s.kind == "store")


async def stores(query: StoresQuery, asking: Asking) -> tuple[Store, ...]:
    """Stores to visit; with `near` the nearest twenty."""
    params: list[tuple[str, str]] = []
    if query.service is not None:
        params.append(("services", query.service))
    if query.near is None:
        params.append(("limit", str(PAGE)))
        told = await whole_list(asking, PLACES, ("stores",), StoreList, params)
        # A list may have been kept for hours: who is open now is not said from it.
        return tuple(_store(each, None) for each in told if each.kind == "store")
    lat, lng = query.near
    params += [("near", f"{lat:.4f},{lng:.4f}"), ("limit", str(NEAREST))]
    found = await asking.get(PLACES, ("stores",), StoreList, params)
    return tuple(_store(s, _still(s, found)) for s in found.value.items if s.kind == "store")


async def calendar(query: Calendar, asking: Asking) -> tuple[Day, ...]:
    """A store's hours day by day."""
    first = query.first or asking.now().astimezone(TOKYO).date()
    return await days_of(asking, query.store, first, query.days)


async def days_of(asking: Asking, store: str, first: date, days: int) -> tuple[Day, ...]:
    """Days of a store's calendar, none left out; one nobody knows has no hours."""
    last = first + timedelta(days=min(days, LONGEST_CALENDAR) - 1)
    params = (("from", first.isoformat()), ("to", last.isoformat()))
    found = await asking.find(PLACES, ("stores", store, "calendar"), Days, params)
    return tuple(
        Day(told.date, told.closed is True, told.open, told.close, told.reason)
        for told in (found.value.items if found else ())
    )


async def named(asking: Asking, ids: Iterable[str]) -> dict[str, str]:
    """What stores are called in the caller's language; the id where the backend has no name."""
    wanted = list(dict.fromkeys(ids))
    found = await asyncio.gather(
        *(asking.find(PLACES, ("stores", each), StoreWire) for each in wanted)
    )
    return {
        each: store.value.name if store else each for each, store in zip(wanted, found, strict=True)
    }


def open_at(days: Iterable[Day], now: datetime) -> bool | None:
    """Is it open at this moment, local time? None where today is not known."""
    known = {day.date: day for day in days}
    for back in (1, 0):
        day = known.get(now.date() - timedelta(days=back))
        if day is None or day.open is None or day.close is None:
            continue
        if moment(day.date, day.open) <= now < moment(day.date, day.close):
            return True
    today = known.get(now.date())
    return False if today and (today.closed or today.open) else None


def moment(day: date, wall_clock: str) -> datetime:
    """The moment a wall clock shows "HH:MM" on a business day; 25:00 is 1 o'clock the next day."""
    hours, minutes = (int(part) for part in wall_clock.split(":"))
    return datetime.combine(day, time(), TOKYO) + timedelta(hours=hours, minutes=minutes)


def _still(store: StoreWire, found: Found[StoreList]) -> bool | None:
    return store.open_now if found.age <= STILL_NOW else None


def _store(told: StoreWire, open_now: bool | None) -> Store:
    counter = told.pickup.counter_close if told.pickup else None
    return Store(
        id=told.id,
        name=told.name,
        address=_address(told.address),
        phone=told.phone,
        nearest_station=told.nearest_station,
        lat=told.lat,
        lng=told.lng,
        services=told.services,
        facts={name: str(text) for name, text in (told.facts or {}).items() if text is not None},
        open_now=open_now,
        pickup_counter_close=counter or told.pickup_counter_close,
        distance_m=told.distance_m,
        kind=told.kind,
    )


def _address(told: AddressWire | None) -> str | None:
    if told is None:
        return None
    parts = (told.prefecture, told.city, told.line1, told.building)
    return "".join(part for part in parts if part) or None
