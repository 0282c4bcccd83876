"""Pictures and files customers send."""

from __future__ import annotations

from dataclasses import dataclass

from bot.shopfront.base import Effect, Fact, Refused


@dataclass(frozen=True)
class Kept(Fact):
    """Staff can look at it; `kind` is "image", "video", "audio" or "file"."""

    kind: str


@dataclass(frozen=True)
class KeepMedia(Effect[Kept | Refused]):
    """Keep what the customer sent; `ref` is the channel's handle to fetch it by."""

    door = "media"
    consent_free = True

    ref: str
    kind: str
    name: str | None = None
    platform_id: str | None = None
