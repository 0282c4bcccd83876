"""A line of `stores.jsonl`."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from backend.importing.moments import ImportDay
from backend.importing.records.base import Count, Id, Record, Text

# Hours go on after midnight: a bar that closes at one in the morning closes at 25:00.
WallClock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2\d|3[0-5]):[0-5]\d$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "hol"]


class Hours(Record):
    """From opening to closing."""

    open: WallClock
    close: WallClock

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.open >= self.close:
            raise ValueError("close must be after open (past midnight: 25:00)")
        return self


class WeeklyHours(Hours):
    """Hours of these days of the week; `hol` are the national holidays."""

    days: list[Day] = Field(min_length=1)


class ExceptionDay(Record):
    """A day that differs from the week."""

    date: ImportDay
    closed: bool = False
    open: WallClock | None = None
    close: WallClock | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _says_what_differs(self) -> Self:
        if not self.closed and (self.open is None or self.close is None):
            raise ValueError("either closed, or open and close")
        if self.open is not None and self.close is not None and self.open >= self.close:
            raise ValueError("close must be after open (past midnight: 25:00)")
        return self


class Address(Record):
    """Where a store is."""

    postal_code: Text | None = None
    prefecture: Text | None = None
    city: Text | None = None
    line1: Text | None = None


class StoreFacts(Record):
    """What customers ask about a store."""

    parking: Text | None = None
    floor: Text | None = None
    access: Text | None = None
    payment: Text | None = None


class StoreName(Record):
    """A store's name in another language."""

    name: Text


class PickupRules(Record):
    """How soon an order can be collected, and how long it is kept."""

    lead_time_minutes: Count
    hold_days: Count


class StoreRecord(Record):
    """A store or warehouse."""

    id: Id
    code: Id
    name: Text
    name_kana: Text | None = None
    aliases: list[Text] = Field(default_factory=list)
    translations: dict[str, StoreName] = Field(default_factory=dict)
    kind: Literal["store", "warehouse"]
    address: Address
    lat: float | None = Field(default=None, ge=-90, le=90)
    lng: float | None = Field(default=None, ge=-180, le=180)
    phone: Text | None = None
    nearest_station: Text | None = None
    weekly_hours: list[WeeklyHours] = Field(default_factory=list)
    pickup_counter_close: WallClock | None = None
    facts: StoreFacts = StoreFacts()
    exceptions: list[ExceptionDay] = Field(default_factory=list)
    services: list[Literal["pickup", "tryon", "return"]] = Field(default_factory=list)
    pickup: PickupRules | None = None
