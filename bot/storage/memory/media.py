"""Pictures and files customers sent, in memory."""

from __future__ import annotations

from datetime import datetime

from bot.channel import Fetched
from bot.messages import Account
from bot.storage.memory.house import House, Medium


class MemoryMedia:
    """`bot.ports.MediaStore`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def keep(
        self,
        account: Account,
        fetched: Fetched,
        *,
        key: str,
        name: str | None,
        platform_id: str | None,
    ) -> None:
        if account in self._house.lanes and key not in self._house.media:
            at = self._house.clock.real()
            self._house.media[key] = Medium(account, platform_id, at, name or "", fetched)

    async def of(self, account: Account) -> list[tuple[str, Fetched]]:
        kept = self._house.media.values()
        return [(medium.name, medium.fetched) for medium in kept if medium.account == account]

    async def forget(self, before: datetime) -> int:
        kept = self._house.media
        old = [key for key, medium in kept.items() if medium.at < before]
        for key in old:
            del kept[key]
        return len(old)
