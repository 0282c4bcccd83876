"""What the counter knows of a talk: never where it is, only what was told, said and done."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.customers.profile import Customer
from bot.dialogue.heard import Heard, Told
from bot.dialogue.steps import HandOver, LookUp, Skill, Skills, TakeBack
from bot.shopfront.base import Effect, Fact, Option

FRAMES_AT_MOST = 3
OFFERS_REMEMBERED = 12


@dataclass(frozen=True)
class Outcome:
    """What came of an effect, with the look-ups it rested on: a later reading sees both."""

    value: object
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """One skill under way: everything needed to read its script again from the top."""

    id: str
    skill: str
    touched: datetime
    slots: Mapping[str, Told] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)

    def told(self, slots: Mapping[str, Told], now: datetime) -> Frame:
        """Slots told or told again; a new fact reopens what was declined."""
        if not slots:
            return replace(self, touched=now)
        return replace(self, slots={**self.slots, **slots}, declined=frozenset(), touched=now)

    def settled(self, effect: str, outcome: Outcome) -> Frame:
        """An effect has an outcome."""
        return replace(self, outcomes={**self.outcomes, effect: outcome})

    def without_secrets(self, skill: Skill) -> Frame:
        """The frame without slots whose values must not outlive their turn."""
        kept = {name: told for name, told in self.slots.items() if name not in skill.secrets()}
        return replace(self, slots=kept)

    def forgetting(self, skill: Skill) -> Frame:
        """The frame as it is remembered once it has ended: also without outcomes shown once."""
        lasting = {
            key: outcome
            for key, outcome in self.outcomes.items()
            if not (isinstance(outcome.value, Fact) and outcome.value.shown_once)
        }
        return replace(self.without_secrets(skill), outcomes=lasting)

    def facts(self) -> dict[str, object]:
        """Look-ups that outcomes rest on: they stay as they were."""
        return {k: v for outcome in self.outcomes.values() for k, v in outcome.facts.items()}


@dataclass(frozen=True)
class Asked:
    """The open question: a slot to fill, or consent to an effect (by its key)."""

    frame: str
    slot: str | None = None
    effect: str | None = None
    channel: str = ""
    choices: tuple[Option, ...] = ()
    secret: bool = False

    @property
    def yes_or_no(self) -> bool:
        """Two choices of which the second is "no": a plain yes takes the first."""
        return len(self.choices) == 2 and self.choices[1].value == "no"


ButtonKind = Literal["slot", "yes", "no", "open", "resume", "contact", "location", "moment"]


@dataclass(frozen=True)
class Button:
    """A choice that was shown, and what it means. `key`/`params` are its words, else `label`.

    A "contact", "location" or "moment" brings no tap: the platform sends the customer's own phone
    number, a place, or a day and time instead.

    Who writes one of `also` means it too: 「届かない」 is "send it again" where that is offered.
    """

    token: str
    kind: ButtonKind
    frame: str = ""
    name: str = ""
    slots: Mapping[str, Told] = field(default_factory=dict)
    key: str = ""
    label: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One thing to tell the customer, before it is put into words."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    frame: str = ""


@dataclass(frozen=True)
class Conversation:
    """A customer's talk over all their channels.

    `finished` is the last frame that ended (for "and in Umeda?"), `shelved` one that grew old and
    is offered again, `shown` the buttons that may still be tapped or typed (`current` of them
    belong to the latest answer, in order), `missed` how often in a row nothing was understood.
    `later` is the skill to open once nothing is open any more, today.
    """

    id: str
    serial: int = 0
    stack: tuple[Frame, ...] = ()
    finished: Frame | None = None
    shelved: Frame | None = None
    asked: Asked | None = None
    shown: tuple[Button, ...] = ()
    current: int = 0
    missed: int = 0
    dropped: bool = False
    later: str = ""

    @property
    def top(self) -> Frame | None:
        return self.stack[-1] if self.stack else None

    def known(self, skills: Skills) -> Conversation:
        """The talk without frames whose skill is no more."""

        def still(frame: Frame | None) -> Frame | None:
            return frame if frame and frame.skill in skills else None

        return replace(
            self,
            stack=tuple(frame for frame in self.stack if frame.skill in skills),
            finished=still(self.finished),
            shelved=still(self.shelved),
            later=self.later if self.later in skills else "",
        )

    def frame(self, frame_id: str) -> Frame | None:
        """A frame of the stack by its id."""
        return next((f for f in self.stack if f.id == frame_id), None)

    def of_skill(self, name: str) -> Frame | None:
        """A frame of the stack by its skill."""
        return next((f for f in self.stack if f.skill == name), None)

    def without(self, frame_id: str) -> Conversation:
        """The talk with one frame taken off the stack."""
        asked = None if self.asked and self.asked.frame == frame_id else self.asked
        return replace(self, stack=tuple(f for f in self.stack if f.id != frame_id), asked=asked)

    def changed(self, frame: Frame) -> Conversation:
        """The talk with one frame of the stack replaced by its newer self."""
        return replace(self, stack=tuple(frame if f.id == frame.id else f for f in self.stack))

    def raised(self, frame: Frame) -> Conversation:
        """The talk with this frame on top."""
        rest = tuple(f for f in self.stack if f.id != frame.id)
        return replace(self, stack=(*rest, frame))

    def bounded(self, beside: str) -> Conversation:
        """The talk with its latest requests only; frames of the skill `beside` do not count.

        They ask something on behalf of a request that stands on the stack already.
        """
        counted = [f.id for f in self.stack if f.skill != beside][-FRAMES_AT_MOST:]
        kept = tuple(f for f in self.stack if f.skill == beside or f.id in counted)
        return replace(self, stack=kept)

    def opened(
        self, skill: str, slots: Mapping[str, Told], now: datetime
    ) -> tuple[Conversation, Frame]:
        """A new frame on top. Its id is its own for ever, also after conversations are joined."""
        serial = self.serial + 1
        frame_id = uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_OID, self.id), str(serial)).hex
        frame = Frame(frame_id, skill, now, slots)
        return replace(self, serial=serial).raised(frame), frame

    def aged(self, now: datetime, limit: timedelta) -> Conversation:
        """Frames nobody touched for `limit` leave the stack; the latest of them can be offered."""
        old = [f for f in self.stack if now - f.touched > limit]
        if not old:
            return self
        fresh = tuple(f for f in self.stack if now - f.touched <= limit)
        return replace(self, stack=fresh, shelved=old[-1], asked=None, later="")


@dataclass(frozen=True)
class Act:
    """An effect the shell must perform now.

    `key` is its idempotency key; `facts` the look-ups it was agreed upon.
    """

    frame: str
    effect: Effect[object]
    key: str
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Settings:
    """How long things stay in mind."""

    frame_age: timedelta = timedelta(hours=24)
    focus_age: timedelta = timedelta(hours=24)
    implied_age: timedelta = timedelta(minutes=10)
    silence: timedelta = timedelta(minutes=30)


@dataclass(frozen=True)
class Turn:
    """One message being answered. While `need` is set the shell must fetch or do it, and resume.

    `queue` are the frames to read, in order; `seen` those already read or opened in this turn;
    `settled` effects that were agreed and done before a crash; `missed`: nothing was understood;
    `paused`: leave the open question as it stands; `secret`: the message must be masked; `beside`
    are next steps of the answer that stay there when something is asked after it.
    """

    conversation: Conversation
    heard: Heard
    customer: Customer
    now: datetime
    settings: Settings = field(default_factory=Settings)
    lines: tuple[Line, ...] = ()
    question: Line | None = None
    asked: Asked | None = None
    queue: tuple[str, ...] = ()
    reading: str = ""
    agreed: tuple[str, str] | None = None
    answers: Mapping[str, object] = field(default_factory=dict)
    need: LookUp | Act | None = None
    settled: tuple[tuple[Act, object], ...] = ()
    seen: frozenset[str] = frozenset()
    missed: bool = False
    paused: bool = False
    secret: bool = False
    handed_over: tuple[HandOver | TakeBack, ...] = ()
    beside: tuple[Button, ...] = ()

    def say(self, key: str, *buttons: Button, **params: object) -> Turn:
        """A line that belongs to no script."""
        return replace(self, lines=(*self.lines, Line(key, params, buttons)))
