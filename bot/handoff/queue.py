"""The order in which talks are taken, who should take which, and how long that may be. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from bot.handoff.desk import Case, State

SAMPLES_AT_LEAST = 5
"""With fewer measured handling times nothing is said about the wait."""


@dataclass(frozen=True)
class Waiting:
    """A talk in the queue, as far as its place in it goes."""

    conversation_id: str
    case: Case
    language: str


@dataclass(frozen=True)
class Hand:
    """A staff member as far as the queue is concerned; no `topics` means all of them."""

    id: str
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    open: int = 0


@dataclass(frozen=True)
class Wait:
    """An expected wait, as an honest range in whole minutes."""

    low: int
    high: int


def in_order(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Those who should be taken first come first: priority, then who has waited longest.

    Who waits now comes before whose request was taken down for later.
    """

    def place(one: Waiting) -> tuple[bool, bool, datetime, str]:
        assert one.case.asked_at is not None
        deferred = one.case.state is State.DEFERRED
        return deferred, not one.case.priority, one.case.asked_at, one.conversation_id

    return sorted(waiting, key=place)


def suits(hand: Hand, one: Waiting) -> bool:
    """Does this staff member speak the language and know the topic?"""
    speaks = not hand.languages or one.language in hand.languages
    knows = not hand.topics or not one.case.topic or one.case.topic in hand.topics
    return speaks and knows


def next_for(
    hand: Hand, waiting: Sequence[Waiting], present: frozenset[str], capacity: int
) -> Waiting | None:
    """Which talk this staff member should take next; None when there is none, or no hand free.

    First those passed on to them, then those they had before, then whoever waits longest. A talk
    that was passed on to a colleague who is present is left to that colleague.
    """
    if hand.open >= capacity:
        return None
    ours = [
        one
        for one in in_order(waiting)
        if one.case.wanted_agent == hand.id
        or (suits(hand, one) and one.case.wanted_agent not in present)
    ]

    def closeness(one: Waiting) -> int:
        if one.case.wanted_agent == hand.id:
            return 0
        return 1 if one.case.last_agent == hand.id else 2

    return min(ours, key=closeness, default=None)


def expected_wait(
    position: int, handled: Sequence[timedelta], present: int, capacity: int
) -> Wait | None:
    """How long the one at `position` (from 1) will wait, from measured handling times.

    None where nothing is known: too few were measured, or nobody is there to take them.
    """
    if len(handled) < SAMPLES_AT_LEAST or not present:
        return None
    low, _, high = quantiles(handled_minutes(handled), n=4)
    share = position / (present * capacity)
    return Wait(max(1, math.floor(low * share)), max(2, math.ceil(high * share)))


def handled_minutes(handled: Sequence[timedelta]) -> list[float]:
    """Handling times in minutes."""
    return [each.total_seconds() / 60 for each in handled]
