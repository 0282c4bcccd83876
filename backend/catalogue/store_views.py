"""Stores as the contract shows them."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from backend.catalogue.geography import Place
from backend.catalogue.hours import Hours, OpenDay
from backend.conventions.language import translated
from backend.tables import Store


class AddressOut(BaseModel):
    """A postal address."""

    postal_code: str | None
    prefecture: str | None
    city: str | None
    line1: str | None


class PickupOut(BaseModel):
    """How pickup works in a store."""

    lead_time_minutes: int | None
    counter_close: str | None
    hold_days: int | None


class IntervalOut(BaseModel):
    """Opening hours; `close` may pass midnight ("25:00")."""

    open: str
    close: str


class DayOut(BaseModel):
    """One resolved day; `closed` null is unknown. `open` and `close` span all intervals."""

    date: date
    open: str | None
    close: str | None
    closed: bool | None
    intervals: list[IntervalOut]
    reason: str | None
    holiday: str | None


class StoreOut(BaseModel):
    """A store; `open_now` null is unknown."""

    id: str
    code: str
    name: str
    name_kana: str | None
    aliases: list[str]
    translations: dict[str, Any]
    kind: str
    address: AddressOut
    lat: float | None
    lng: float | None
    nearest_station: str | None
    phone: str | None
    weekly_hours: list[dict[str, Any]]
    exceptions: list[dict[str, Any]]
    services: list[str]
    pickup: PickupOut
    facts: dict[str, str]
    timezone: str = "Asia/Tokyo"
    today: DayOut
    open_now: bool | None
    distance_m: int | None = None


def hours_of(store: Store) -> Hours:
    """A store's opening hours."""
    return Hours(store.weekly_hours, store.exceptions)


def day_out(day: OpenDay) -> DayOut:
    """Show a resolved day."""
    return DayOut(
        date=day.date,
        open=day.intervals[0].open if day.intervals else None,
        close=max(interval.close for interval in day.intervals) if day.intervals else None,
        closed=day.closed,
        intervals=[IntervalOut(open=each.open, close=each.close) for each in day.intervals],
        reason=day.reason,
        holiday=day.holiday,
    )


def store_out(
    store: Store, now: datetime, today: date, language: str, near: Place | None
) -> StoreOut:
    """Show a store as it is now, its name in `language` where the shop has it."""
    hours = hours_of(store)
    return StoreOut(
        id=store.id,
        code=store.code,
        name=translated(store.translations, language, "name", store.name),
        name_kana=store.name_kana,
        aliases=store.aliases,
        translations=store.translations,
        kind=store.kind,
        address=AddressOut(
            postal_code=store.postal_code,
            prefecture=store.prefecture,
            city=store.city,
            line1=store.line1,
        ),
        lat=store.lat,
        lng=store.lng,
        nearest_station=store.nearest_station,
        phone=store.phone,
        weekly_hours=store.weekly_hours,
        exceptions=store.exceptions,
        services=store.services,
        pickup=PickupOut(
            lead_time_minutes=store.pickup_lead_time_minutes,
            counter_close=store.pickup_counter_close,
            hold_days=store.pickup_hold_days,
        ),
        facts=store.facts,
        today=day_out(hours.day(today)),
        open_now=hours.open_at(now),
        distance_m=near.metres_to(store.lat, store.lng) if near else None,
    )
