"""Business time: what the shop's answers go by. Tokens and sessions go by real time instead."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present moment of business time, aware."""

TOKYO = ZoneInfo("Asia/Tokyo")


def real_time() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def business_day(moment: datetime) -> date:
    """The day in Asia/Tokyo on which `moment` falls."""
    return moment.astimezone(TOKYO).date()


def in_tokyo(moment: datetime) -> datetime:
    """The same moment on Asia/Tokyo's wall clock, to the second: how the contract writes times."""
    return moment.astimezone(TOKYO).replace(microsecond=0)
