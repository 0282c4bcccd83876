"""Who understands a message, and what things are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.dialogue.heard import Expecting, Heard


@dataclass(frozen=True)
class ProductName:
    """A product as people may call it: every name, reading, nickname and translation."""

    id: str
    name: str
    names: tuple[str, ...]
    category: str | None = None
    brand: str | None = None
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name_en: str | None = None


@dataclass(frozen=True)
class StoreName:
    """A store as people may call it; `places` are its city, prefecture and station."""

    id: str
    name: str
    names: tuple[str, ...]
    places: tuple[str, ...] = ()
    name_en: str | None = None


@dataclass(frozen=True)
class Lexicon:
    """The names of the retailer's products and stores; `version` changes when any of them does."""

    version: str = ""
    products: tuple[ProductName, ...] = ()
    stores: tuple[StoreName, ...] = ()


class Nlu(Protocol):
    """Understands one message. Never answers, never raises for any text."""

    async def understand(self, text: str, expecting: Expecting, lexicon: Lexicon) -> Heard:
        """What the customer wants and tells."""


class Names(Protocol):
    """Where the lexicon comes from."""

    def current(self) -> Lexicon:
        """The names as last fetched; empty before the first time."""

    async def refresh(self) -> None:
        """Fetch again if it changed. Raises `bot.errors.Unavailable`."""
