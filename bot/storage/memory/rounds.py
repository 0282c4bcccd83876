"""Whose turn a piece of work is, in memory."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.ports import Clock


class MemoryRounds:
    """`bot.ports.Rounds`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: dict[str, tuple[datetime, int]] = {}

    async def claim(self, name: str, *, lease_seconds: float) -> int | None:
        now = self._clock.real()
        due, failures = self._due.get(name, (now, 0))
        if due > now:
            return None
        self._due[name] = now + timedelta(seconds=lease_seconds), failures
        return failures

    async def again(self, name: str, at: datetime, *, failures: int = 0) -> None:
        self._due[name] = at, failures
