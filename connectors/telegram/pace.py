"""How fast we may send, as Telegram advises in core.telegram.org/bots/faq ("hitting limits").

One message a second to a person with short bursts, 20 a minute to a group, 30 a second overall.
These are advice, not thresholds: a 429 may come earlier, and is honoured where it comes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from connectors.telegram.parts import in_company

FORGET_ABOVE = 10_000


@dataclass(frozen=True)
class Rate:
    """So many at once, then one every `spacing` seconds."""

    burst: int
    spacing: float


PERSON = Rate(burst=6, spacing=1.0)
GROUP = Rate(burst=5, spacing=3.0)
HOUSE = Rate(burst=3, spacing=1 / 30)


class Meter:
    """One rate for many keys (the generic cell rate algorithm); `clock` is monotonic seconds."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._full_again: dict[str, float] = {}

    def wait(self, key: str) -> float:
        """Seconds until one more is due; 0 takes it."""
        seconds, after = self._next(key)
        if not seconds:
            self._full_again[key] = after
        return seconds

    def reserve(self, key: str) -> float:
        """Seconds until the one that is taken hereby is due."""
        seconds, self._full_again[key] = self._next(key)
        return seconds

    def _next(self, key: str) -> tuple[float, float]:
        now = self._clock()
        if len(self._full_again) > FORGET_ABOVE:
            self._full_again = {k: at for k, at in self._full_again.items() if at > now}
        after = max(self._full_again.get(key, now), now) + self._rate.spacing
        early = after - now - self._rate.burst * self._rate.spacing
        # Sums of fractions are never quite even.
        return (early if early > 1e-9 else 0.0), after


class Pace:
    """What one bot keeps to."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._person = Meter(PERSON, clock)
        self._group = Meter(GROUP, clock)
        self._house = Meter(HOUSE, clock)

    def wait(self, chat: str) -> float:
        """Seconds until this chat may have one more; 0 takes it. Nobody else waits for it."""
        return (self._group if in_company(chat) else self._person).wait(chat)

    async def turn(self) -> None:
        """Wait for our turn among all chats: a fraction of a second."""
        await asyncio.sleep(self._house.reserve(""))
