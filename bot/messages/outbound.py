"""What the counter can send; each channel shows it as well as it can."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias


@dataclass(frozen=True)
class Choice:
    """A button: what it says, and the value its tap brings back.

    One that `asks` brings the customer's own phone number, a place, or a day and time instead
    (`inbound.Contact`, `inbound.Location`, `inbound.Text` as "2026-11-24 15:00"), on channels whose
    abilities say so; on others it is a plain button. A "moment" lies `within` two, told in the
    retailer's time zone.
    """

    label: str
    tap: str
    asks: Literal["contact", "location", "moment"] | None = None
    within: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Text:
    """Words; `masked` is what all but the customer read where `text` has a secret of theirs."""

    text: str
    choices: tuple[Choice, ...] = ()
    masked: str | None = None


@dataclass(frozen=True)
class Card:
    title: str
    text: str | None = None
    image_url: str | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Cards:
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Picture:
    url: str
    alt: str


@dataclass(frozen=True)
class Place:
    """A point on the map, in degrees (WGS 84)."""

    name: str
    address: str
    lat: float
    lng: float


Outbound: TypeAlias = Text | Cards | Picture | Place
