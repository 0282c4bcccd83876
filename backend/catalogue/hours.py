"""Opening hours: which day is open from when to when, on Asia/Tokyo's wall clock. Pure.

Hours may pass midnight: a day that closes at "25:00" is still open at one the next morning.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from backend.clock import TOKYO, business_day

if TYPE_CHECKING:
    from holidays.countries.japan import JP

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A shop that is closed for longer than this says so on its own pages.
_LOOK_AHEAD_DAYS = 31


@dataclass(frozen=True)
class Interval:
    """From opening to closing, as written ("10:00", "25:00")."""

    open: str
    close: str


@dataclass(frozen=True)
class OpenDay:
    """One day of a store. `closed` None is unknown: the store has told no hours at all."""

    date: date
    intervals: tuple[Interval, ...]
    closed: bool | None
    reason: str | None
    holiday: str | None


@dataclass(frozen=True)
class Hours:
    """A store's week and the days that differ from it."""

    weekly: Sequence[Mapping[str, Any]]
    exceptions: Sequence[Mapping[str, Any]]

    def day(self, day: date) -> OpenDay:
        """What holds on a day: an exception first, then national holidays, then the week."""
        holiday = national_holiday(day)
        for exception in self.exceptions:
            if exception["date"] == day.isoformat():
                return _exceptional(day, exception, holiday)
        if not self.weekly:
            return OpenDay(day, (), None, None, holiday)
        intervals = self._of_kind("hol") if holiday else ()
        intervals = intervals or self._of_kind(_WEEKDAYS[day.weekday()])
        return OpenDay(day, intervals, not intervals, None, holiday)

    def _of_kind(self, kind: str) -> tuple[Interval, ...]:
        found = [
            Interval(hours["open"], hours["close"])
            for hours in self.weekly
            if kind in hours["days"]
        ]
        return tuple(sorted(found, key=lambda interval: interval.open))

    def open_at(self, moment: datetime) -> bool | None:
        """Whether the store is open at a moment; None if its hours are not known."""
        today = business_day(moment)
        # Last night's hours may reach into this morning.
        days = [self.day(today - timedelta(days=1)), self.day(today)]
        if any(start <= moment < end for day in days for start, end in moments(day)):
            return True
        return None if days[1].closed is None else False

    def coming(self, moment: datetime) -> Iterator[OpenDay]:
        """The days from yesterday on that are open at all."""
        first = business_day(moment) - timedelta(days=1)
        for offset in range(_LOOK_AHEAD_DAYS):
            day = self.day(first + timedelta(days=offset))
            if day.intervals:
                yield day


def _exceptional(day: date, exception: Mapping[str, Any], holiday: str | None) -> OpenDay:
    reason = exception.get("reason")
    if exception.get("closed"):
        return OpenDay(day, (), True, reason, holiday)
    interval = Interval(exception["open"], exception["close"])
    return OpenDay(day, (interval,), False, reason, holiday)


def moments(day: OpenDay) -> Iterator[tuple[datetime, datetime]]:
    """The moments at which a day's hours begin and end."""
    for interval in day.intervals:
        yield at_wall_clock(day.date, interval.open), at_wall_clock(day.date, interval.close)


def at_wall_clock(day: date, clock: str) -> datetime:
    """The moment of a wall clock time that may pass midnight ("25:00")."""
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(day, time(), TOKYO) + timedelta(hours=hour, minutes=minute)


@cache
def japanese_holidays() -> "JP":
    """The calendar of national holidays. The first call takes a second: many countries load."""
    from holidays.countries.japan import JP

    return JP(language="ja")


def national_holiday(day: date) -> str | None:
    """The name of the Japanese national holiday on a day, substitute holidays included."""
    return japanese_holidays().get(day)
