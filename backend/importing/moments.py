"""Dates and times of the import folder, absolute or relative to the business clock.

`@-2d` is two days ago, `@+1d 14:00` tomorrow at two in the afternoon; both in Asia/Tokyo.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo

from backend.clock import TOKYO

_RELATIVE = re.compile(r"@([+-]?\d{1,5})d(?: ([01]\d|2[0-3]):([0-5]\d))?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Calendar:
    """Reads the texts of one import, which all mean the same `now`."""

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(TOKYO)
        # A folder repeats few moments over millions of lines.
        self._moments: dict[str, datetime] = {}
        self._days: dict[str, date] = {}

    def moment(self, text: str) -> datetime:
        """The moment a text means. Raises ValueError if it means none."""
        known = self._moments.get(text)
        if known is None:
            known = self._moments[text] = self._read_moment(text)
        return known

    def day(self, text: str) -> date:
        """The day in Asia/Tokyo a text means. Raises ValueError if it means none."""
        known = self._days.get(text)
        if known is None:
            day = date.fromisoformat(text) if _DAY.fullmatch(text) else self.moment(text).date()
            known = self._days[text] = day
        return known

    def _read_moment(self, text: str) -> datetime:
        if relative := _RELATIVE.fullmatch(text):
            days, hour, minute = relative.groups()
            moment = self.now + timedelta(days=int(days))
            if hour is None:
                return moment
            return moment.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), TOKYO)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("not a date and time (RFC 3339 or @+1d 14:00)") from None
        if moment.tzinfo is None:
            raise ValueError("the time zone is missing")
        return moment.astimezone(TOKYO)


def _moment(value: Any, info: ValidationInfo[Calendar]) -> Any:
    return info.context.moment(value) if isinstance(value, str) else value


def _day(value: Any, info: ValidationInfo[Calendar]) -> Any:
    return info.context.day(value) if isinstance(value, str) else value


ImportMoment = Annotated[datetime, BeforeValidator(_moment)]
ImportDay = Annotated[date, BeforeValidator(_day)]
