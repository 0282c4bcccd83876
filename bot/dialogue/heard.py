"""What was made of one message: the only thing understanding may tell the dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.shopfront.base import Option


@dataclass(frozen=True)
class Told:
    """What the customer said for one slot.

    `options` are what it may mean (one: clear; several: to be asked; none: words nobody knows yet),
    `text` the words themselves.
    """

    options: tuple[Option, ...] = ()
    text: str = ""

    @classmethod
    def of(cls, value: str, label: str | None = None) -> Told:
        """One clear value."""
        return cls((Option(value, label or value),), label or value)


Slots = Mapping[str, Told]


@dataclass(frozen=True)
class Request:
    """One thing the customer wants, with the details that belong to it alone."""

    intent: str
    slots: Slots = field(default_factory=dict)
    confidence: float = 1.0


@dataclass(frozen=True)
class Heard:
    """One message, understood.

    `slots` are details outside any request; `refers` the slots pointed at ("that one", 「その店」);
    `unsure` two or more intents the message may equally mean, or the likeliest ones when nothing
    was understood; `tap` a button's value; `goes_on`: nothing was said, but what was waited for
    has happened, and a request has time until nothing is open any more. `channel` is set by
    reception, with what a button `asks` the platform for there, such as "contact"; `engine` names
    who understood.
    """

    text: str = ""
    requests: tuple[Request, ...] = ()
    slots: Slots = field(default_factory=dict)
    yes: bool | None = None
    cancel: bool = False
    refers: frozenset[str] = frozenset()
    language: str | None = None
    unsure: tuple[str, ...] = ()
    rude: bool = False
    tap: str | None = None
    goes_on: bool = False
    channel: str = ""
    asks: frozenset[str] = frozenset()
    engine: str = ""


@dataclass(frozen=True)
class Expecting:
    """The open question, so that "26" is a size while we wait for a size.

    `slot` is None where nothing was asked; `consent` when a yes or no was asked for.
    """

    slot: str | None = None
    choices: tuple[Option, ...] = ()
    consent: bool = False
    language: str = "ja"
