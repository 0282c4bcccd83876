"""What customers send beside words."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.channel import Fetched
from bot.messages import Account


class MediaStore(Protocol):
    """Pictures and files customers sent, kept for staff for some time."""

    async def keep(
        self,
        account: Account,
        fetched: Fetched,
        *,
        key: str,
        name: str | None,
        platform_id: str | None,
    ) -> None:
        """Keep one; the same `key` is kept once. `platform_id` names the message it came with."""

    async def of(self, account: Account) -> list[tuple[str, Fetched]]:
        """What is kept of an account, oldest first, with what it is called ("" for nothing)."""

    async def forget(self, before: datetime) -> int:
        """Drop what was kept before then (real time); how many there were."""
