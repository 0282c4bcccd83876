"""The two times."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Two times: the business's (may be set for demos and tests) and the real one, both UTC."""

    def now(self) -> datetime:
        """Business time: answers, opening hours, holds."""

    def real(self) -> datetime:
        """Real time: tokens, leases, back-off, rate limits."""
