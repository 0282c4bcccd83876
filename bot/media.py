"""The door "media": what customers send beside words is kept for staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channel import Channel
from bot.errors import MediaRefused, Unavailable
from bot.ports import Caller, MediaStore
from bot.shopfront.base import Effect, Query, Refused
from bot.shopfront.media import KeepMedia, Kept

LARGEST_BYTES = 10 * 1024 * 1024
TAKEN = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "application/pdf"}
)


class MediaDoor:
    """`bot.ports.Door` for "media"; `channels` are those that are on, by name."""

    def __init__(self, store: MediaStore, channels: Mapping[str, Channel]) -> None:
        self._store = store
        self._channels = channels

    async def answer(self, query: Query[Any], caller: Caller) -> object:
        """This door is asked nothing. Raises `Unavailable`."""
        raise Unavailable(f"media: {type(query).__name__}")

    async def perform(self, effect: Effect[Any], key: str, caller: Caller) -> Kept | Refused:
        """Fetch and keep. Raises `Unavailable` when the platform does not answer."""
        assert isinstance(effect, KeepMedia)
        channel = self._channels.get(caller.account.channel)
        if channel is None:
            return Refused("not-supported")
        try:
            fetched = await channel.fetch_media(effect.ref, largest=LARGEST_BYTES)
        except MediaRefused:
            return Refused("not-taken")
        if fetched.content_type.partition(";")[0].strip().lower() not in TAKEN:
            return Refused("not-taken")
        await self._store.keep(
            caller.account, fetched, key=key, name=effect.name, platform_id=effect.platform_id
        )
        return Kept(effect.kind)
