"""The two times of the house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SystemClock:
    """Real time, and business time that runs on from a given start."""

    def __init__(self, start: datetime | None = None) -> None:
        self._ahead = timedelta() if start is None else start - datetime.now(UTC)

    def now(self) -> datetime:
        """Business time, UTC."""
        return datetime.now(UTC) + self._ahead

    def real(self) -> datetime:
        """Real time, UTC."""
        return datetime.now(UTC)
