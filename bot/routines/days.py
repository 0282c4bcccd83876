"""Which day is meant: understanding tells days relative to the day of the message."""

from __future__ import annotations

import re
from datetime import date, timedelta

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(r"(?:([+-]\d)w:)?(mon|tue|wed|thu|fri|sat|sun)")
_AHEAD = re.compile(r"[+-]\d{1,3}d")
_OF_THE_YEAR = re.compile(r"--(\d\d)-(\d\d)")
_OF_THE_MONTH = re.compile(r"---(\d\d)")
_MONTHS = 12


def day_meant(told: str, today: date) -> date | None:
    """The day that a date in normal form (see `bot.nlu.values`) means on `today`, both in the
    shop's time zone; None for words that name no single day, such as "this month"."""
    if told == "weekend":
        told = "sat"
    if _AHEAD.fullmatch(told):
        return today + timedelta(days=int(told[:-1]))
    if m := _WEEKDAY.fullmatch(told):
        weekday = _WEEKDAYS.index(m[2])
        if m[1]:
            return today + timedelta(days=7 * int(m[1]) + weekday - today.weekday())
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    if m := _OF_THE_MONTH.fullmatch(told):
        return _first(today, [(_month(today, ahead), int(m[1])) for ahead in range(_MONTHS)])
    if m := _OF_THE_YEAR.fullmatch(told):
        years = (today.year, today.year + 1)
        return _first(today, [((year, int(m[1])), int(m[2])) for year in years])
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def _month(today: date, ahead: int) -> tuple[int, int]:
    months = today.year * _MONTHS + today.month - 1 + ahead
    return months // _MONTHS, months % _MONTHS + 1


def _first(today: date, days: list[tuple[tuple[int, int], int]]) -> date | None:
    """The first of these that is a day of the calendar and not over."""
    for (year, month), day in days:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None
