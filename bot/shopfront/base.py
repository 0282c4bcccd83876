"""Questions and requests the doors behind the counter can be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True)
class Fact:
    """Something a door answered; known to the codec by its class name."""


@dataclass(frozen=True)
class Query(Generic[R]):
    """A question: safe to repeat. `door` names who answers it."""

    door: ClassVar[str] = "shop"


@dataclass(frozen=True)
class Effect(Generic[R]):
    """A change: done once, and only with consent unless `consent_free`."""

    door: ClassVar[str] = "shop"
    consent_free: ClassVar[bool] = False


@dataclass(frozen=True)
class Option(Fact):
    """A value a slot may take, and what people call it."""

    value: str
    label: str
    detail: str | None = None
