"""A skill's whole vocabulary: what a script may say, ask, look up, do and require.

A script is a plain generator. It is read again from the top on every turn; each helper below is
used with `yield from` and gives back what the customer or a door answered.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar, cast, overload

from bot.customers.profile import Customer, Trust
from bot.shopfront.base import Effect, Option, Query

T = TypeVar("T")
R = TypeVar("R")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


@dataclass(frozen=True)
class Slot(Generic[T]):
    """A fact only the customer can supply.

    `implied` slots are taken from the customer's focus when a request names no detail at all;
    `secret` ones live for one turn and are masked in the timeline. `agrees`: the intent that a
    yes to this yes-or-no slot comes to; who answers with that request has said yes.
    """

    name: str
    load: Callable[[str], T]
    implied: bool = False
    secret: bool = False
    agrees: str = ""


@dataclass(frozen=True)
class SlotFamily:
    """A slot for each axis a catalogue has: `OPTION["scent"]`.

    Sizes and colours have names of their own, since people name them without naming the axis.
    """

    prefix: str
    implied: bool = True

    def __getitem__(self, axis: str) -> Slot[str]:
        name = axis if axis in ("size", "color") else f"{self.prefix}.{axis}"
        return Slot(name, str, implied=self.implied)

    def covers(self, name: str) -> bool:
        """Is this the name of one of the family's slots?"""
        return name in ("size", "color") or name.startswith(f"{self.prefix}.")


@dataclass(frozen=True)
class Offer:
    """A fitting next step: a button that opens a request with these details."""

    intent: str
    slots: Mapping[str, Option] = field(default_factory=dict)
    key: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Say:
    key: str
    params: Mapping[str, object]
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Ask:
    """`choices` None: anything goes; `without`: values that were given and cannot be taken.

    `beside` are buttons that tell another slot instead, by its name. `contact`: sharing the phone
    number through the platform is another way, on channels that have it; so are sending a place
    for `location`, and picking a day and time between two for `moments`.
    """

    slot: Slot[Any]
    choices: tuple[Option, ...] | None = None
    suggest: tuple[Option, ...] = ()
    beside: tuple[tuple[str, Option], ...] = ()
    find: Callable[[str], Query[tuple[Option, ...]]] | None = None
    without: frozenset[str] = frozenset()
    contact: bool = False
    location: bool = False
    moments: tuple[datetime, datetime] | None = None
    optional: bool = False
    key: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class LookUp:
    queries: tuple[Query[Any], ...]


@dataclass(frozen=True)
class Confirm:
    """`shown` are the facts the question names; the consent covers the effect, by value."""

    effect: Effect[Any]
    shown: Mapping[str, object]


@dataclass(frozen=True)
class Perform:
    effect: Effect[Any]


@dataclass(frozen=True)
class Prove:
    """`unless`: a slot the customer may fill instead (a purchase without membership)."""

    level: Trust
    unless: Slot[Any] | None = None


@dataclass(frozen=True)
class HandOver:
    """`urgent`: before those who have waited longer."""

    reason: str
    urgent: bool = False


@dataclass(frozen=True)
class TakeBack:
    pass


Step: TypeAlias = Say | Ask | LookUp | Confirm | Perform | Prove | HandOver | TakeBack
Script: TypeAlias = Generator[Step, Any, None]
Reading: TypeAlias = Generator[Step, Any, R]


def say(key: str, *offers: Offer | None, **params: object) -> Reading[None]:
    """Say a line of `responses/`, with at most two next steps to offer behind it."""
    yield Say(key, params, tuple(offer for offer in offers if offer)[:2])


def say_all(key: str, offers: Sequence[Offer], **params: object) -> Reading[None]:
    """Say a line with all the next steps that belong to it, such as the degrees of a scale."""
    yield Say(key, params, tuple(offers))


def ask(
    slot: Slot[T],
    *,
    choices: tuple[Option, ...] | None = None,
    suggest: tuple[Option, ...] = (),
    beside: tuple[tuple[str, Option], ...] = (),
    find: Callable[[str], Query[tuple[Option, ...]]] | None = None,
    without: frozenset[str] = frozenset(),
    contact: bool = False,
    location: bool = False,
    moments: tuple[datetime, datetime] | None = None,
    key: str = "",
    **params: object,
) -> Reading[T]:
    """The slot's value; asked for only while it is not known, or no longer among the choices.

    `find` turns words nobody knew into options. Raises ValueError when `choices` is empty: a
    script must not ask what cannot be answered.
    """
    if choices is not None and not choices:
        raise ValueError(f"nothing to choose from for {slot.name}")
    key = key or f"ask.{slot.name}"
    answer = yield Ask(
        slot,
        choices,
        suggest,
        beside,
        find,
        without,
        contact,
        location,
        moments,
        key=key,
        params=params,
    )
    return slot.load(cast(str, answer))


def heard(slot: Slot[T]) -> Reading[T | None]:
    """The slot's value if the customer has told it; never asks."""
    answer = yield Ask(slot, optional=True)
    return None if answer is None else slot.load(cast(str, answer))


def look_up(query: Query[R]) -> Reading[R]:
    """What a door answers; asked once a turn."""
    answers = yield LookUp((query,))
    return cast(R, cast("tuple[object, ...]", answers)[0])


@overload
def look_up_all(one: Query[A], two: Query[B], /) -> Reading[tuple[A, B]]: ...
@overload
def look_up_all(one: Query[A], two: Query[B], three: Query[C], /) -> Reading[tuple[A, B, C]]: ...
def look_up_all(*queries: Query[Any]) -> Reading[tuple[Any, ...]]:
    """Several answers, fetched side by side."""
    return cast("tuple[Any, ...]", (yield LookUp(queries)))


def confirm(effect: Effect[R], **shown: object) -> Reading[R | None]:
    """The effect's outcome once the customer agreed to exactly it; None if they declined."""
    return cast("R | None", (yield Confirm(effect, shown)))


def perform(effect: Effect[R]) -> Reading[R]:
    """The outcome of an effect that needs no consent; done once per frame.

    Raises ValueError for an effect that is not declared consent-free.
    """
    if not effect.consent_free:
        raise ValueError(f"{type(effect).__name__} needs consent")
    return cast(R, (yield Perform(effect)))


def prove(level: Trust, *, unless: Slot[Any] | None = None) -> Reading[None]:
    """Go on only when the customer is known this well; asks for proof on the way.

    Where others read along nobody is: what needs proof, and consent as well, ends there. A script
    that only wants to be alone with the customer asks for `Trust.ANONYMOUS`.
    """
    yield Prove(level, unless)


def hand_over(reason: str, *, urgent: bool = False) -> Reading[None]:
    """Give this talk to a person, once; what is said about it is the script's own line.

    `urgent`: before those who have waited longer.
    """
    yield HandOver(reason, urgent)


def take_back() -> Reading[None]:
    """The customer wants no person any more: the talk is the bot's again."""
    yield TakeBack()


@dataclass(frozen=True)
class Skill:
    """What answers an intent.

    `undo` names the skill that takes back what this one did; `replaces` those it goes on from
    (putting aside what stock was asked of); of `either` the slot told last counts; `small_talk`
    leaves no trace that "and in Umeda?" could refer to; one that `leaves` ends the turn: an open
    question stays open and is not asked again.
    """

    intent: str
    slots: tuple[Slot[Any] | SlotFamily, ...]
    script: Callable[[Customer], Script]
    undo: str | None = None
    replaces: tuple[str, ...] = ()
    either: frozenset[str] = frozenset()
    small_talk: bool = False
    leaves: bool = False

    def takes(self, name: str) -> bool:
        """Does this skill have a slot of this name?"""
        return any(
            slot.covers(name) if isinstance(slot, SlotFamily) else slot.name == name
            for slot in self.slots
        )

    def implied(self, name: str) -> bool:
        """May this slot be taken from what was just spoken of?"""
        return any(
            slot.implied
            and (slot.covers(name) if isinstance(slot, SlotFamily) else slot.name == name)
            for slot in self.slots
        )

    def offers(self, intent: str) -> str | None:
        """Name of the yes-or-no slot in which this skill offers what `intent` asks for."""
        return next(
            (s.name for s in self.slots if isinstance(s, Slot) and intent and s.agrees == intent),
            None,
        )

    def secrets(self) -> frozenset[str]:
        """Names of slots whose values must not be kept."""
        return frozenset(s.name for s in self.slots if isinstance(s, Slot) and s.secret)


Skills: TypeAlias = Mapping[str, Skill]


def skill(
    intent: str,
    *slots: Slot[Any] | SlotFamily,
    undo: str | None = None,
    replaces: tuple[str, ...] = (),
    either: tuple[Slot[Any], ...] = (),
    small_talk: bool = False,
    leaves: bool = False,
) -> Callable[[Callable[[Customer], Script]], Skill]:
    """Declare a script as the skill that answers `intent`."""
    names = frozenset(slot.name for slot in either)
    return lambda script: Skill(intent, slots, script, undo, replaces, names, small_talk, leaves)
