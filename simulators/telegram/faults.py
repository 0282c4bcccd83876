"""What can go wrong at the platform, on request."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Literal, get_args

from simulators.telegram.refusals import Refused, too_many

Mood = Literal["well", "rate limited", "slow", "down"]
Kind = Literal["rate limited", "error", "lost before", "lost after", "invalid"]
MOODS: tuple[Mood, ...] = get_args(Mood)
FLOOD_SECONDS = 2
SLOW_SECONDS = 3.0


class NeverAnswered(Exception):
    """The caller waits in vain."""


@dataclass(frozen=True)
class Fault:
    """One call that goes wrong.

    "lost before" and "lost after": the caller gets no answer, though in the second case the call
    was done; "rate limited" says so many `seconds`, or none; "invalid" is a 400 with `words`.
    """

    kind: Kind
    seconds: int | None = FLOOD_SECONDS
    words: str = "PHOTO_INVALID_DIMENSIONS"


class Faults:
    """`mood` lasts until changed; what is planned happens once each, to one method's calls."""

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self._planned: dict[str, deque[Fault | None]] = {}

    def plan(self, method: str, *faults: Fault | None) -> None:
        """The next calls of this method go wrong, each in its way; None is one that goes well."""
        self._planned.setdefault(method, deque()).extend(faults)

    def planned(self, method: str) -> int:
        """How many of this method's next calls are still planned."""
        return len(self._planned.get(method, ()))

    async def befall(self, method: str) -> Fault | None:
        """What happens before a call is done. Raises `Refused` or `NeverAnswered`.

        A fault that strikes after the call is handed back.
        """
        if self.mood == "down":
            raise Refused(502, "")
        # The flood limit is one of sending.
        if self.mood == "rate limited" and method.startswith("send"):
            raise too_many(FLOOD_SECONDS)
        if self.mood == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        waiting = self._planned.get(method)
        fault = waiting.popleft() if waiting else None
        match fault:
            case Fault("rate limited", seconds):
                raise too_many(seconds)
            case Fault("error"):
                raise Refused(500, "")
            case Fault("invalid", words=words):
                raise Refused(400, words)
            case Fault("lost before"):
                raise NeverAnswered
        return fault
