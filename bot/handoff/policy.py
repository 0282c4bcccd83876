"""What the operator decided about hand-offs. Pure: the moment comes in as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from bot.dialogue.steps import HandOver
from bot.handoff.desk import Wanted
from bot.handoff.hours import Shift, desk_hours, windows
from bot.shopfront.house import DeskHours

URGENT = frozenset({"complaint", "poison", "outcome_unknown", "unreadable_message"})
"""Reasons to be taken before those who have waited longer."""


@dataclass(frozen=True)
class Policy:
    """Hours, and how the queue is worked.

    `topics` name by intent what a staff member must know. `person` are intents a person answers
    at once. `grace` is how long an owner may be gone, `patience` how long somebody waits where
    nobody is there before they are told so, `silence` how long a customer may be silent. That a
    place in the queue has moved is told no more often than `place_every`. With
    `capacity` talks of their own, a staff member is given no more.
    """

    shifts: tuple[Shift, ...] = ()
    zone: tzinfo = UTC
    closed_on_holidays: bool = True
    topics: Mapping[str, str] = field(default_factory=dict)
    person: frozenset[str] = frozenset()
    grace: timedelta = timedelta(seconds=120)
    patience: timedelta = timedelta(minutes=10)
    silence: timedelta = timedelta(hours=24)
    place_every: timedelta = timedelta(minutes=3)
    capacity: int = 5

    def hours(self, now: datetime) -> DeskHours | None:
        """Is the desk open, and when next? None where no hours are set: then it always is."""
        return desk_hours(self.shifts, now, self.zone, closed_on_holidays=self.closed_on_holidays)

    def windows(self, now: datetime, most: int) -> list[tuple[datetime, datetime]]:
        """The next times at which staff can call somebody; none where no hours are set."""
        closed = self.closed_on_holidays
        return windows(self.shifts, now, self.zone, closed_on_holidays=closed, most=most)

    def staffed(self, now: datetime) -> bool:
        """Is the desk open at this moment?"""
        hours = self.hours(now)
        return hours is None or hours.open_now

    def wanted(self, given: HandOver, about: str, now: datetime) -> Wanted:
        """What a script's hand-over means; `about` is the intent it is about."""
        return Wanted(
            reason=given.reason,
            staffed=self.staffed(now),
            topic=self.topics.get(given.reason) or self.topics.get(about, ""),
            priority=given.urgent or given.reason in URGENT,
        )
