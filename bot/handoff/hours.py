"""When staff answer. Pure: the moment comes in as a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

import holidays

from bot.shopfront.house import DeskHours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON = 21
NOTICE = timedelta(hours=1)
"""So long before a time is over it can still be asked for."""


@dataclass(frozen=True)
class Shift:
    """Open from `opens` to `closes`, local wall clock "HH:MM", on these days ("hol": holidays)."""

    days: tuple[str, ...]
    opens: str
    closes: str


def desk_hours(
    shifts: Sequence[Shift], now: datetime, zone: tzinfo, *, closed_on_holidays: bool
) -> DeskHours | None:
    """Is the desk open now, and when does it open next? None where no hours are set."""
    if not shifts:
        return None
    local = now.astimezone(zone)
    for ahead in range(HORIZON):
        day = local.date() + timedelta(days=ahead)
        for opens, closes in sorted(_spans(shifts, day, zone, closed_on_holidays)):
            if opens <= local < closes:
                return DeskHours(open_now=True)
            if opens > local:
                return DeskHours(open_now=False, next_open=opens)
    return DeskHours(open_now=False)


def windows(
    shifts: Sequence[Shift], now: datetime, zone: tzinfo, *, closed_on_holidays: bool, most: int
) -> list[tuple[datetime, datetime]]:
    """The next times at which somebody can be called, `most` of them: opening hours in halves."""
    local, found = now.astimezone(zone), []
    for ahead in range(HORIZON):
        day = local.date() + timedelta(days=ahead)
        for opens, closes in sorted(_spans(shifts, day, zone, closed_on_holidays)):
            middle = (opens + (closes - opens) / 2).replace(minute=0)
            halves = ((opens, middle), (middle, closes)) if middle > opens else ((opens, closes),)
            found += [half for half in halves if half[1] - local >= NOTICE]
    return found[:most]


def _spans(
    shifts: Sequence[Shift], day: date, zone: tzinfo, closed_on_holidays: bool
) -> list[tuple[datetime, datetime]]:
    holiday = day in holidays.country_holidays("JP", years=day.year)
    names = {WEEKDAYS[day.weekday()]}
    if holiday:
        names = {"hol"} if closed_on_holidays else {*names, "hol"}
    return [
        (_at(day, shift.opens, zone), _at(day, shift.closes, zone))
        for shift in shifts
        if names & set(shift.days)
    ]


def _at(day: date, wall: str, zone: tzinfo) -> datetime:
    hours, minutes = (int(part) for part in wall.split(":"))
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(
        hours=hours, minutes=minutes
    )
