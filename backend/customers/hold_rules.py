"""How long an item is put aside, and who may have how many. Pure."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from backend.catalogue.hours import Hours, at_wall_clock, moments

LONGEST_CLOSURE_DAYS = 31
MIDNIGHT = "24:00"

ClosingTime = Callable[[date], datetime | None]
"""When a store closes on a business day; None on a day it does not open."""


def closing_time(hours: Hours) -> ClosingTime:
    """The closing times of a store; one that tells no hours closes at midnight."""

    def closing(day: date) -> datetime | None:
        opened = hours.day(day)
        if opened.closed is None:
            return at_wall_clock(day, MIDNIGHT)
        return max((end for _, end in moments(opened)), default=None)

    return closing


def last_moment(closing: ClosingTime, last_day: date) -> datetime:
    """When something kept until a business day goes back on the shelf.

    That is the closing time of that day; if the store is shut then, of the next open day. In a
    store that is shut for a month it goes back at the end of the day.
    """
    for later in range(LONGEST_CLOSURE_DAYS):
        closes = closing(last_day + timedelta(days=later))
        if closes is not None:
            return closes
    return at_wall_clock(last_day, MIDNIGHT)
