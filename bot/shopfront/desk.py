"""The staff as customers meet them: the queue, notes for them, and what one thinks of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.shopfront.base import Effect, Fact, Option, Query, Refused
from bot.shopfront.house import DeskHours


@dataclass(frozen=True)
class Outlook(Fact):
    """How a customer stands with staff at this moment.

    `state` is the hand-off's ("bot" where no person is wanted). `place` is theirs in the queue,
    from 1, or the one they would get. `low` and `high` bound the expected wait in minutes, None
    where too little was measured. `present`: somebody is there who takes talks. `reachable`: an
    answer finds them after they have left; `elsewhere` is where they want it if not here, "phone"
    or "email". `hours` is None where the operator set none.
    """

    state: str = "bot"
    place: int = 1
    low: int | None = None
    high: int | None = None
    present: bool = False
    reachable: bool = True
    elsewhere: str = ""
    hours: DeskHours | None = None

    @property
    def queued(self) -> bool:
        """Is a person wanted who has not come yet?"""
        return self.state in ("waiting", "deferred")

    @property
    def open(self) -> bool:
        """Does the desk answer at this hour?"""
        return self.hours is None or self.hours.open_now


@dataclass(frozen=True)
class QueueOutlook(Query[Outlook]):
    """The queue as it is for this customer; `urgent`: before those who have waited longer."""

    door = "desk"

    urgent: bool = False


@dataclass(frozen=True)
class PickupToday(Query[bool]):
    """Does a member, proven lately, have something to collect today? No, where nobody knows."""

    door = "desk"


@dataclass(frozen=True)
class CallTimes(Query[tuple[Option, ...]]):
    """The next times at which staff can call somebody; none where the operator set no hours."""

    door = "desk"


@dataclass(frozen=True)
class CallMoments(Query[tuple[datetime, datetime] | None]):
    """From when until when any other time may be picked; None where the operator set no hours."""

    door = "desk"


@dataclass(frozen=True)
class NoteLeft(Fact):
    """Staff will see it."""


@dataclass(frozen=True)
class LeaveNote(Effect[NoteLeft]):
    """Write something for staff beside the talk; `about` names the words: "call_back", "email"."""

    door = "desk"
    consent_free = True

    about: str
    contact: str
    when: str = ""


@dataclass(frozen=True)
class Rated(Fact):
    """How many stars staff got."""

    stars: int


@dataclass(frozen=True)
class Rate(Effect[Rated | Refused]):
    """What the customer thinks of the staff they talked to last, from 1 to 5 stars."""

    door = "desk"
    consent_free = True

    stars: int
