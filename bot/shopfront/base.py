"""Questions and requests the doors behind the counter can be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

R = TypeVar("R", covariant=True)


@dataclass(frozen=True)
class Fact:
    """Something a door answered; known to the codec by its class name.

    `spoken_of` names the slots that saying this fact brings into the customer's focus, each with
    the fields that hold its value and its name. What is `shown_once` is not kept for later.
    `secret` names the fields with which anybody could pass for the customer: masked for staff.
    """

    shown_once: ClassVar[bool] = False
    secret: ClassVar[tuple[str, ...]] = ()
    spoken_of: ClassVar[tuple[tuple[str, str, str], ...]] = ()


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


def names_own_words(label: str) -> bool:
    """Is this no value's own name, but "@" and the key of words of ours that stand for it?"""
    return label.startswith("@")


@dataclass(frozen=True)
class Money(Fact):
    """An amount in minor units of its currency (ISO 4217), tax included."""

    currency: str
    amount: int


@dataclass(frozen=True)
class Refused(Fact):
    """The shop will not do it; `reason` is the contract's slug or state, `limit` its number."""

    reason: str
    limit: int | None = None
