"""Work that is done now and then, by one of several processes."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Rounds(Protocol):
    """Whose turn a piece of work is, and when the next one is due. All times are real."""

    async def claim(self, name: str, *, lease_seconds: float) -> int | None:
        """Do this now: how often it has failed in a row.

        None where it is not due, or somebody does it. Whoever dies over it is given the lease's
        time.
        """

    async def again(self, name: str, at: datetime, *, failures: int = 0) -> None:
        """Let it be due at that time."""
