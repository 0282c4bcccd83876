"""What the retailer says of itself: rules, pages, and what its systems can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.shopfront.base import Fact, Money, Query


@dataclass(frozen=True)
class House(Fact):
    """The shop's name and how to reach it beside this counter."""

    name: str
    support_phone: str | None = None
    support_hours: str | None = None
    support_email: str | None = None
    pickup_fee: Money | None = None


@dataclass(frozen=True)
class AboutTheShop(Query[House]):
    """Who we are."""


@dataclass(frozen=True)
class Page(Fact):
    title: str
    text: str


@dataclass(frozen=True)
class FaqPage(Query[Page | None]):
    """The retailer's own page that answers a question; None where none fits well enough.

    `topic` is the intent the question was understood as.
    """

    door = "faq"

    question: str
    topic: str = "faq"


@dataclass(frozen=True)
class Capable(Query[frozenset[str]]):
    """The operations the retailer's systems support."""


@dataclass(frozen=True)
class DeskHours(Fact):
    """When staff answer; `next_open` is in the retailer's time zone."""

    open_now: bool
    next_open: datetime | None = None
