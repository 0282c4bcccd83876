"""What can go wrong on the way to LINE, on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Mood = Literal["well", "rate limited", "slow", "down"]
How = Literal[
    "rate limited", "quota", "forbidden", "failing", "lost before", "lost after", "refused"
]


@dataclass
class Trick:
    """One thing to go wrong: `path` is where, `times` how often, `after` so many that go well.

    "forbidden": the account's plan does not let it.

    "lost before" and "lost after": no answer comes; LINE has done nothing, or what it was asked.
    """

    how: How
    path: str = "/v2/bot/message/"
    times: int = 1
    retry_after: int | None = None
    after: int = 0


class Mischief:
    """Which calls go wrong. A mood stays until it is changed; tricks are played once."""

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.slow_seconds = 3.0
        self.retry_after: int | None = 1
        self._tricks: list[Trick] = []

    def play(
        self,
        how: How,
        path: str = "/v2/bot/message/",
        *,
        times: int = 1,
        retry_after: int | None = None,
        after: int = 0,
    ) -> None:
        """Let the next `times` calls of paths with this beginning go wrong, `after` some more."""
        self._tricks.append(Trick(how, path, times, retry_after, after))

    def next(self, path: str) -> Trick | None:
        """The trick for this call, if there is one."""
        for trick in self._tricks:
            if path.startswith(trick.path) and trick.after:
                trick.after -= 1
                return None
            if path.startswith(trick.path):
                trick.times -= 1
                if not trick.times:
                    self._tricks.remove(trick)
                return trick
        if self.mood == "rate limited" and path.startswith("/v2/bot/message/"):
            return Trick("rate limited", retry_after=self.retry_after)
        return Trick("failing") if self.mood == "down" else None


Now = Callable[[], float]
"""Seconds since 1970."""
