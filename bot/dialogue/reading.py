"""One reading of one script, from the top: what is known is passed over, the first gap stops it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.customers.profile import Trust
from bot.dialogue.heard import Told
from bot.dialogue.matching import Open, Settled, settle
from bot.dialogue.state import Act, Asked, Button, ButtonKind, Frame, Line, Outcome, Turn
from bot.dialogue.steps import (
    Ask,
    Confirm,
    HandOver,
    LookUp,
    Offer,
    Perform,
    Prove,
    Say,
    Skill,
    Step,
    TakeBack,
)
from bot.dialogue.values import digest, line_key
from bot.shopfront.base import Effect, Fact, Option

BUTTONS_AT_MOST = 12
CONSENT: tuple[ButtonKind, ButtonKind] = ("yes", "no")


@dataclass(frozen=True)
class Read:
    """What a reading came to: the frame as it now is, what it said and spoke of."""

    frame: Frame
    lines: tuple[Line, ...] = ()
    spoken: tuple[tuple[str, str, str], ...] = ()
    handed_over: tuple[HandOver | TakeBack, ...] = ()


@dataclass(frozen=True)
class Done(Read):
    """The script came to its end."""


@dataclass(frozen=True)
class Gap(Read):
    """The customer must say something first."""

    question: Line | None = None
    asked: Asked | None = None


@dataclass(frozen=True)
class Unproven(Read):
    """The customer must prove who they are first."""

    level: Trust = Trust.VERIFIED
    instead: str = ""


@dataclass(frozen=True)
class NotHere(Read):
    """Others read along: this is for a talk between the two of us."""


@dataclass(frozen=True)
class Needs:
    """A door must be asked first; the reading starts over when it has answered."""

    need: LookUp | Act


@dataclass(frozen=True)
class _Known:
    value: object


_SoFar: TypeAlias = tuple[
    Frame,
    tuple[Line, ...],
    tuple[tuple[str, str, str], ...],
    tuple[HandOver | TakeBack, ...],
]
_Met: TypeAlias = _Known | Needs | Gap | Unproven | NotHere


def read(turn: Turn, frame: Frame, skill: Skill) -> Done | Gap | Unproven | NotHere | Needs:
    """Read the frame's script from the top."""
    reader = _Reader(turn, _with_settled(turn, frame))
    script = skill.script(turn.customer)
    answer: object = None
    while True:
        try:
            step = script.send(answer)
        except StopIteration:
            return Done(*reader.so_far())
        met = reader.meet(step)
        if not isinstance(met, _Known):
            return met
        answer = met.value


def _with_settled(turn: Turn, frame: Frame) -> Frame:
    """The frame with what was done for it before a crash, or before its talk was joined.

    A frame that this very message opens has another id in another talk.
    """
    for act, value in turn.settled:
        its_own = act.frame == frame.id or turn.conversation.frame(act.frame) is None
        if its_own and digest(act.effect) not in frame.outcomes:
            frame = frame.settled(digest(act.effect), Outcome(value, act.facts))
    return frame


class _Reader:
    """Answers a script's steps from what is known; lives for one reading."""

    def __init__(self, turn: Turn, frame: Frame) -> None:
        self.turn = turn
        self.frame = frame
        self.known: Mapping[str, object] = {**turn.answers, **frame.facts()}
        self.used: dict[str, object] = {}
        self.said: set[str] = set()
        self.lines: list[Line] = []
        self.spoken: list[tuple[str, str, str]] = []
        self.handed_over: list[HandOver | TakeBack] = []

    def so_far(self) -> _SoFar:
        frame = replace(self.frame, said=frozenset(self.said))
        return frame, tuple(self.lines), tuple(self.spoken), tuple(self.handed_over)

    def meet(self, step: Step) -> _Met:
        match step:
            case Say():
                return self._say(step)
            case Ask():
                return self._ask(step)
            case LookUp():
                return self._look_up(step)
            case Confirm():
                return self._confirm(step)
            case Perform(effect=effect):
                return self._perform(effect)
            case Prove():
                return self._prove(step)
            case HandOver() | TakeBack():
                return self._hand_over(step)

    def _say(self, step: Say) -> _Known:
        key = line_key(step.key, step.params)
        self.said.add(key)
        if key not in self.frame.said:
            buttons = tuple(offer_button(self.turn, offer) for offer in step.offers)
            self.lines.append(Line(step.key, step.params, buttons, self.frame.id))
            self._speak_of(step.params)
        return _Known(None)

    def _ask(self, step: Ask) -> _Met:
        told = self.frame.slots.get(step.slot.name)
        if step.optional:
            only = told.options[0].value if told and len(told.options) == 1 else None
            return _Known(only)
        if told and not told.options and told.text and step.find and step.choices is None:
            found = self._look_up(LookUp((step.find(told.text),)))
            if not isinstance(found, _Known):
                return found
            told = replace(told, options=_options(found.value))
        match settle(told, step.choices, step.without):
            case Settled(option=option):
                if not step.slot.secret:
                    self.spoken.append((step.slot.name, option.value, option.label))
                return _Known(option.value)
            case Open() as gap:
                return self._question(step, gap, told)

    def _question(self, step: Ask, gap: Open, told: Told | None) -> Gap:
        options = gap.options or step.choices or step.suggest
        told_by = (*step.beside, *((step.slot.name, o) for o in options[:BUTTONS_AT_MOST]))
        buttons = tuple(
            make_button(
                self.turn.conversation.id,
                "slot",
                frame=self.frame.id,
                name=name,
                slots={name: Told.of(option.value, option.label)},
                label=option.label,
            )
            for name, option in told_by
        )
        buttons = (*self._asking(step), *buttons)
        params = {
            **step.params,
            "reason": gap.reason,
            "told": "" if told is None or step.slot.secret else _words(told),
            "choices": options,
            "more": len(options) > BUTTONS_AT_MOST,
        }
        asked = Asked(
            self.frame.id,
            slot=step.slot.name,
            channel=self.turn.heard.channel,
            choices=options,
            secret=step.slot.secret,
        )
        line = Line(step.key, params, buttons, self.frame.id)
        return Gap(*self.so_far(), question=line, asked=asked)

    def _asking(self, step: Ask) -> Iterator[Button]:
        """Buttons with which the platform itself brings an answer, where it can."""
        wanted: tuple[tuple[ButtonKind, str, object], ...] = (
            ("contact", "choice.share_contact", step.contact),
            ("location", "choice.share_location", step.location),
            ("moment", "choice.pick_moment", step.moments),
        )
        talk = self.turn.conversation.id
        for kind, key, asked in wanted:
            if asked and kind in self.turn.heard.asks:
                params = {"within": asked} if kind == "moment" else {}
                yield make_button(talk, kind, frame=self.frame.id, key=key, params=params)

    def _look_up(self, step: LookUp) -> _Met:
        keys = [digest(query) for query in step.queries]
        asked = zip(step.queries, keys, strict=True)
        missing = tuple(query for query, key in asked if key not in self.known)
        if missing:
            return Needs(LookUp(missing))
        self.used.update({key: self.known[key] for key in keys})
        return _Known(tuple(self.known[key] for key in keys))

    def _confirm(self, step: Confirm) -> _Met:
        key = digest(step.effect)
        if key in self.frame.outcomes:
            return _Known(self.frame.outcomes[key].value)
        if key in self.frame.declined:
            return _Known(None)
        if self.turn.customer.in_company:
            return NotHere(*self.so_far())
        if self.turn.agreed == (self.frame.id, key):
            return Needs(self._act(step.effect))
        name = f"confirm.{snake(type(step.effect).__name__)}"
        buttons = tuple(
            make_button(
                self.turn.conversation.id, kind, frame=self.frame.id, name=key, key=f"{name}.{kind}"
            )
            for kind in CONSENT
        )
        line = Line(name, {**step.shown, "effect": step.effect}, buttons, self.frame.id)
        asked = Asked(self.frame.id, effect=key, channel=self.turn.heard.channel)
        self._speak_of(step.shown)
        return Gap(*self.so_far(), question=line, asked=asked)

    def _perform(self, effect: Effect[object]) -> _Met:
        key = digest(effect)
        if key in self.frame.outcomes:
            return _Known(self.frame.outcomes[key].value)
        return Needs(self._act(effect))

    def _act(self, effect: Effect[object]) -> Act:
        key = uuid.uuid5(uuid.UUID(self.frame.id), digest(effect))
        return Act(self.frame.id, effect, str(key), dict(self.used))

    def _prove(self, step: Prove) -> _Met:
        if self.turn.customer.in_company:
            return NotHere(*self.so_far())
        if self.turn.customer.trust >= step.level:
            return _Known(None)
        if step.unless and step.unless.name in self.frame.slots:
            return _Known(None)
        instead = step.unless.name if step.unless else ""
        return Unproven(*self.so_far(), level=step.level, instead=instead)

    def _hand_over(self, step: HandOver | TakeBack) -> _Known:
        key = digest(step)
        self.said.add(key)
        if key not in self.frame.said:
            self.handed_over.append(step)
        return _Known(None)

    def _speak_of(self, params: Mapping[str, object]) -> None:
        for fact in params.values():
            if isinstance(fact, Fact):
                self.spoken.extend(
                    (slot, getattr(fact, value), getattr(fact, label))
                    for slot, value, label in fact.spoken_of
                )


def _options(answers: object) -> tuple[Option, ...]:
    assert isinstance(answers, tuple)
    return tuple(answers[0])


def _words(told: Told) -> str:
    return told.text or (told.options[0].label if told.options else "")


def snake(name: str) -> str:
    """PutAside -> put_aside: how an effect's words are called."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def make_button(
    talk: str,
    kind: ButtonKind,
    *,
    frame: str = "",
    name: str = "",
    slots: Mapping[str, Told] | None = None,
    key: str = "",
    label: str = "",
    params: Mapping[str, object] | None = None,
) -> Button:
    """A button whose token names talk, frame and meaning.

    The same question asked again has the same tokens, so its older buttons still work; any other
    question's do not. Kept short: Telegram carries 64 bytes.
    """
    meaning = digest(kind, name, dict(slots or {}))[:12]
    token = f"{talk[:8]}.{frame[:8] or kind}.{meaning}"
    return Button(token, kind, frame, name, slots or {}, key, label, params or {})


def offer_button(turn: Turn, offer: Offer) -> Button:
    """A button that opens a request."""
    slots = {name: Told((option,), option.label) for name, option in offer.slots.items()}
    return make_button(
        turn.conversation.id,
        "open",
        name=offer.intent,
        slots=slots,
        key=offer.key or f"offer.{offer.intent}",
        params=offer.params,
    )
