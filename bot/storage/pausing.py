"""How long to wait after wrong passwords."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
_DOUBLINGS = 6  # from the first to the longest


def may_try_at(misses: int, last_at: datetime, free: int) -> datetime:
    """From when the next try is allowed, after so many misses of which some are `free`."""
    if misses < free:
        return last_at
    pause: timedelta = FIRST_PAUSE * 2 ** min(misses - free, _DOUBLINGS)
    return last_at + min(pause, LONGEST_PAUSE)
