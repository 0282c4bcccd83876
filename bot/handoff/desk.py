"""Who has a talk: the bot, the queue or a person. Pure: moments and names come in as values.

Every state has an owner and a way out. The bot has a talk in `BOT` and `CLOSED`; the queue has it
in `WAITING` and `DEFERRED`, where the bot still answers what it can; a person has it in
`WITH_PERSON`, where the bot is silent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from bot.errors import NotYours


class State(StrEnum):
    BOT = "bot"
    WAITING = "waiting"
    WITH_PERSON = "with_person"
    DEFERRED = "deferred"
    CLOSED = "closed"


OPEN = frozenset({State.WAITING, State.WITH_PERSON, State.DEFERRED})
"""States in which a person is wanted or there."""

QUEUED = frozenset({State.WAITING, State.DEFERRED})
"""States in which nobody has come yet."""

Turn = Literal["us", "customer", "store"]
"""Whom a talk with a person waits for."""


@dataclass(frozen=True)
class Case:
    """One hand-off of one customer's talk, from the wish for a person to its end.

    `id` is its row, None before it is stored. `asked_at` is when a person was first wanted: the
    place in the queue goes by it. `since` is when the present state began. All times are business
    time. `agent` has the talk now, `last_agent` had it before, `wanted_agent` is whom it was passed
    on to. `store` is whom it waits for where `turn` is "store". `unread` counts what the customer
    wrote since somebody answered. `end` is how it ended.
    """

    id: int | None = None
    state: State = State.BOT
    reason: str = ""
    topic: str = ""
    priority: bool = False
    asked_at: datetime | None = None
    since: datetime | None = None
    agent: str | None = None
    last_agent: str | None = None
    wanted_agent: str | None = None
    taken_at: datetime | None = None
    turn: Turn = "us"
    store: str | None = None
    unread: int = 0
    end: str = ""

    @property
    def is_open(self) -> bool:
        """Is a person wanted or there?"""
        return self.state in OPEN


CALL_BACK = "callback"
BY_EMAIL = "email"
ELSEWHERE = frozenset({CALL_BACK, BY_EMAIL})
"""Reasons of who wants to be answered elsewhere: they hold whatever else one comes for."""

NOBODYS = Case()
"""Nobody was wanted."""


# What happens ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """The bot gives the talk away; `staffed`: the desk is open at this moment."""

    reason: str
    staffed: bool
    topic: str = ""
    priority: bool = False


@dataclass(frozen=True)
class Wrote:
    """The customer wrote."""


@dataclass(frozen=True)
class Taken:
    """A staff member takes the talk."""

    agent: str


@dataclass(frozen=True)
class Replied:
    """A staff member answers the customer."""

    agent: str


@dataclass(frozen=True)
class Waits:
    """A staff member says whom the talk waits for."""

    agent: str
    turn: Turn
    store: str | None = None


@dataclass(frozen=True)
class StoreAnswered:
    """The store that was asked has answered."""

    store: str


@dataclass(frozen=True)
class PassedOn:
    """The owner passes the talk on: to a colleague, or to whoever knows a topic.

    `staffed`: the desk is open, and somebody is there.
    """

    agent: str
    to_agent: str | None = None
    topic: str = ""
    staffed: bool = True


@dataclass(frozen=True)
class Vanished:
    """The owner has been gone for longer than the grace time.

    `staffed`: the desk is open, and somebody is there.
    """

    staffed: bool


@dataclass(frozen=True)
class HandedBack:
    """The owner gives the talk back to the bot."""

    agent: str


@dataclass(frozen=True)
class Resolved:
    """The owner is done with it."""

    agent: str
    reason: str


@dataclass(frozen=True)
class Cancelled:
    """The customer wants no person any more."""


@dataclass(frozen=True)
class FellSilent:
    """The customer has not written for longer than the desk waits."""


@dataclass(frozen=True)
class Unstaffed:
    """The desk closes, or nobody has come for longer than a customer should be kept waiting."""


@dataclass(frozen=True)
class Staffed:
    """The desk is open and somebody is there."""


Event: TypeAlias = (
    Wanted
    | Wrote
    | Taken
    | Replied
    | Waits
    | StoreAnswered
    | PassedOn
    | Vanished
    | HandedBack
    | Resolved
    | Cancelled
    | FellSilent
    | Unstaffed
    | Staffed
)

Notice = Literal["joined", "passed_on", "requeued", "handed_back", "closed"]
"""What the customer is told of a change of owner, by its key under `desk.`."""


@dataclass(frozen=True)
class Step:
    """What a case becomes, and what the customer is told of it.

    `put_off`: staff come later. The bot tells when, and finds out where an answer can go.
    """

    case: Case
    notice: Notice | None = None
    put_off: bool = False


def after(case: Case, event: Event, now: datetime) -> Step:
    """What an event makes of a case.

    Raises `bot.errors.NotYours` when a staff member acts on a talk another one has, or on one
    nobody took. What comes too late to matter changes nothing.
    """
    match event:
        case Wanted():
            return Step(_wanted(case, event, now))
        case Taken(agent=agent):
            return _taken(case, agent, now)
        case Replied() | Waits() | PassedOn() | HandedBack() | Resolved():
            return _by_owner(case, event, now)
        case Wrote() | Cancelled():
            return Step(_by_customer(case, event, now))
        case StoreAnswered(store=store) if case.turn == "store" and case.store == store:
            return Step(replace(case, turn="us", store=None))
        case Vanished() | FellSilent() | Unstaffed() | Staffed():
            return _by_time(case, event, now)
    return Step(case)


def _wanted(case: Case, event: Wanted, now: datetime) -> Case:
    if case.is_open:
        urgent = event.priority and not case.priority and case.reason not in ELSEWHERE
        reason = event.reason if urgent or event.reason in ELSEWHERE else case.reason
        return replace(case, reason=reason, priority=case.priority or event.priority)
    return Case(
        state=State.WAITING if event.staffed else State.DEFERRED,
        reason=event.reason,
        topic=event.topic,
        priority=event.priority,
        asked_at=now,
        since=now,
        last_agent=case.last_agent,
    )


def _taken(case: Case, agent: str, now: datetime) -> Step:
    if case.state is State.WITH_PERSON:
        if case.agent != agent:
            raise NotYours(case.agent or "")
        return Step(case)
    if not case.is_open:  # a staff member steps in where nobody asked for one
        case = Case(reason="stepped_in", asked_at=now, last_agent=case.last_agent)
    taken = replace(
        case,
        state=State.WITH_PERSON,
        agent=agent,
        last_agent=agent,
        wanted_agent=None,
        since=now,
        taken_at=case.taken_at or now,
        turn="us",
        store=None,
    )
    return Step(taken, "joined")


def _by_owner(
    case: Case, event: Replied | Waits | PassedOn | HandedBack | Resolved, now: datetime
) -> Step:
    if case.state is not State.WITH_PERSON or case.agent != event.agent:
        raise NotYours(case.agent or "")
    match event:
        case Replied():
            return Step(replace(case, turn="customer", store=None, unread=0))
        case Waits(turn=turn, store=store):
            return Step(replace(case, turn=turn, store=store if turn == "store" else None))
        case PassedOn(to_agent=to_agent, topic=topic, staffed=staffed):
            queued = _requeued(case, State.WAITING if staffed else State.DEFERRED, now)
            queued = replace(queued, wanted_agent=to_agent, topic=topic or case.topic)
            return Step(queued, "passed_on") if staffed else Step(queued, put_off=True)
        case HandedBack():
            return Step(_ended(case, State.BOT, "handed_back", now), "handed_back")
        case Resolved(reason=reason):
            return Step(_ended(case, State.CLOSED, reason, now), "closed")


def _by_customer(case: Case, event: Wrote | Cancelled, now: datetime) -> Case:
    if isinstance(event, Cancelled):
        return _ended(case, State.BOT, "cancelled", now) if case.is_open else case
    if case.state is State.CLOSED:  # it ended when it was closed
        return replace(case, state=State.BOT)
    if not case.is_open:
        return case
    turn: Turn = "us" if case.turn == "customer" else case.turn
    return replace(case, turn=turn, unread=case.unread + 1)


def _by_time(case: Case, event: Vanished | FellSilent | Unstaffed | Staffed, now: datetime) -> Step:
    match event, case.state:
        case Vanished(staffed=True), State.WITH_PERSON:
            return Step(_requeued(case, State.WAITING, now), "requeued")
        case Vanished(), State.WITH_PERSON:
            return Step(_requeued(case, State.DEFERRED, now), put_off=True)
        case FellSilent(), State.WITH_PERSON if case.turn == "customer":
            return Step(_ended(case, State.CLOSED, "silent", now), "closed")
        case Unstaffed(), State.WAITING:
            return Step(replace(case, state=State.DEFERRED, since=now), put_off=True)
        case Staffed(), State.DEFERRED:
            return Step(replace(case, state=State.WAITING, since=now))
    return Step(case)


def _requeued(case: Case, state: State, now: datetime) -> Case:
    """Back in the queue, before those who came later; who had it stays known."""
    return replace(case, state=state, priority=True, agent=None, since=now, turn="us", store=None)


def _ended(case: Case, state: State, end: str, now: datetime) -> Case:
    return replace(case, state=state, agent=None, since=now, turn="us", store=None, end=end)


_RANK = {
    State.WITH_PERSON: 0,
    State.WAITING: 1,
    State.DEFERRED: 2,
    State.CLOSED: 3,
    State.BOT: 4,
}


def joined(ours: Case, theirs: Case, now: datetime) -> tuple[Case, Case]:
    """Two talks become one: the case it goes on with, and the other one as it ends.

    A talk that is with a person wins; of two alike, the one that began earlier. The one that ends
    is closed as merged, where it was open; what was wanted in it is wanted in the other one now.
    """

    def rank(case: Case) -> tuple[int, datetime]:
        return _RANK[case.state], (case.taken_at or case.asked_at or now)

    kept, other = sorted((ours, theirs), key=rank)
    if other.is_open:
        kept, other = _with(kept, other, now), _ended(other, State.CLOSED, "merged", now)
    return kept, other


def _with(kept: Case, other: Case, now: datetime) -> Case:
    """An open case that takes over what the customer waits for in another one."""
    kept = _wanted(kept, Wanted(other.reason, staffed=True, priority=other.priority), now)
    nobodys = kept.agent is None
    return replace(
        kept,
        topic=kept.topic or other.topic,
        asked_at=min(filter(None, (kept.asked_at, other.asked_at))),
        last_agent=kept.last_agent or other.last_agent,
        wanted_agent=(kept.wanted_agent or other.wanted_agent) if nobodys else None,
        turn="us" if kept.turn == "customer" else kept.turn,
        unread=kept.unread + other.unread,
    )
