"""How long an item is put aside, and when a collection is over. Pure."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

LONGEST_CLOSURE_DAYS = 31

ClosingTime = Callable[[date], datetime | None]
"""When a store closes on a business day; None on a day it does not open."""


def last_moment(closing: ClosingTime, start: date, days: int) -> datetime:
    """When something kept for `days` business days from `start` goes back on the shelf.

    That is the closing time of the last day; if the store is shut then, of the next open day.
    A store that does not open for a month keeps nothing longer than `days`: ValueError.
    """
    last_day = start + timedelta(days=days)
    for later in range(LONGEST_CLOSURE_DAYS):
        closes = closing(last_day + timedelta(days=later))
        if closes is not None:
            return closes
    raise ValueError("the store does not open for a month")
