"""Forms that many answers of the contract share. What an answer holds beyond them is ignored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, model_validator

from bot.shopfront.base import Money

T = TypeVar("T")


class Wire(BaseModel):
    """An answer of the backend, or a part of one."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class MoneyWire(Wire):
    """An amount in integer minor units; a fraction is a fault of the backend."""

    currency: str
    amount: int


def money(told: MoneyWire | None) -> Money | None:
    """The amount, or None where the backend does not say."""
    return Money(told.currency, told.amount) if told else None


def _or_empty(given: Any) -> Any:
    return () if given is None else given


Several = Annotated[tuple[T, ...], BeforeValidator(_or_empty)]
"""A list; null means none."""


class Page(Wire, Generic[T]):
    """A list of things; a bare list is a page of its own.

    What it is a page of gets a name in its module: making a form costs a thousand times what
    reading one does, and pydantic forgets those that nobody holds.
    """

    items: tuple[T, ...]
    next_cursor: str | None = None
    as_of: AwareDatetime | None = None

    @model_validator(mode="before")
    @classmethod
    def bare(cls, given: Any) -> Any:
        """Take a bare list for the items of a page."""
        return {"items": given} if isinstance(given, list) else given


class Nothing(Wire):
    """An answer of which only the fact matters that it came."""


def observed(told: datetime | None, asked: datetime) -> datetime:
    """When a fact was seen: at its source, or else when we asked."""
    return told or asked
