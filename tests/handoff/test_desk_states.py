"""Whatever happens, in whatever order: every talk has one owner and a way on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.errors import NotYours
from bot.handoff.desk import (
    CALL_BACK,
    NOBODYS,
    OPEN,
    Cancelled,
    Case,
    Event,
    FellSilent,
    HandedBack,
    PassedOn,
    Replied,
    Resolved,
    Staffed,
    State,
    Step,
    StoreAnswered,
    Taken,
    Unstaffed,
    Vanished,
    Waits,
    Wanted,
    Wrote,
    after,
    joined,
)
from tests.storage.counter import NOON

STAFF = ("sato", "suzuki")
agents = st.sampled_from(STAFF)
wishes = st.builds(
    Wanted,
    reason=st.sampled_from(["asked_for", "complaint", CALL_BACK]),
    staffed=st.booleans(),
    topic=st.sampled_from(["", "returns"]),
    priority=st.booleans(),
)
by_staff = st.one_of(
    st.builds(Replied, agents),
    st.builds(Waits, agents, st.sampled_from(["us", "customer", "store"]), st.just("S1")),
    st.builds(
        PassedOn,
        agents,
        st.sampled_from([None, *STAFF]),
        st.sampled_from(["", "returns"]),
        st.booleans(),
    ),
    st.builds(HandedBack, agents),
    st.builds(Resolved, agents, st.just("answered")),
)
by_customer = st.sampled_from([Wrote(), Cancelled()])
by_time = st.one_of(
    st.builds(Vanished, st.booleans()),
    st.sampled_from([FellSilent(), Unstaffed(), Staffed(), StoreAnswered("S1")]),
)
events = st.one_of(wishes, st.builds(Taken, agents), by_staff, by_customer, by_time)


def happens(case: Case, event: Event, now: datetime) -> Step:
    """One event, where staff who may not act are refused, and rightly so."""
    try:
        return after(case, event, now)
    except NotYours:
        taken_by_other = isinstance(event, Taken) and case.agent not in (None, event.agent)
        not_owner = not isinstance(event, Taken) and case.agent != getattr(event, "agent", None)
        assert taken_by_other or not_owner
        return Step(case)


def sound(case: Case) -> None:
    """One owner, who is known, and nothing left over from an earlier one."""
    with_person = case.state is State.WITH_PERSON
    assert (case.agent is not None) == with_person
    assert case.is_open == (case.state in OPEN)
    if case.is_open:
        assert case.reason
        assert case.asked_at is not None
        assert case.since is not None
        assert case.asked_at <= case.since
    if with_person:
        assert case.taken_at is not None
        assert case.last_agent == case.agent
        assert case.wanted_agent is None
    else:
        assert case.turn == "us"
    assert (case.store is not None) == (case.turn == "store")


class Desk(RuleBasedStateMachine):
    """One customer's talk through anything that can happen to it."""

    @initialize()
    def opens(self) -> None:
        self.case, self.now, self.unanswered = NOBODYS, NOON, 0

    def _happens(self, event: Event) -> None:
        before = self.case
        self.now += timedelta(minutes=1)
        step = happens(before, event, self.now)
        self.case = step.case
        changed_hands = before.agent != self.case.agent
        assert step.notice is None or before.state is not self.case.state
        if changed_hands and not isinstance(event, Cancelled):  # the bot answers that itself
            assert step.notice is not None or step.put_off, (
                "the customer is told at every change of owner"
            )
        if before.is_open and self.case.is_open:
            assert self.case.asked_at == before.asked_at, "a place in the queue is kept"
        if before.is_open and not self.case.is_open:
            assert self.case.end, "nothing ends without a reason"
            assert isinstance(event, HandedBack | Resolved | Cancelled | FellSilent)

    @rule(event=wishes)
    def a_person_is_wanted(self, event: Wanted) -> None:
        was_open = self.case.is_open
        self._happens(event)
        assert self.case.is_open
        if not was_open:
            self.unanswered = 0
            assert self.case.state is (State.WAITING if event.staffed else State.DEFERRED)
        assert self.case.priority or not event.priority
        assert self.case.reason == CALL_BACK or event.reason != CALL_BACK

    @rule(agent=agents)
    def somebody_takes_it(self, agent: str) -> None:
        owner, was_open = self.case.agent, self.case.is_open
        self._happens(Taken(agent))
        assert self.case.agent == (owner or agent)
        self.unanswered = self.unanswered if was_open else 0

    @rule(event=by_staff)
    def staff_act(self, event: Event) -> None:
        before = self.case
        self._happens(event)
        if before.agent != getattr(event, "agent", None):
            assert self.case == before
        elif isinstance(event, Replied):
            self.unanswered = 0
        elif isinstance(event, PassedOn):
            assert self.case.state is (State.WAITING if event.staffed else State.DEFERRED)
            assert self.case.priority

    @rule()
    def the_customer_writes(self) -> None:
        self._happens(Wrote())
        if self.case.is_open:
            self.unanswered += 1
            assert self.case.turn != "customer", "it is not their turn any more"
        assert self.case.state is not State.CLOSED

    @rule()
    def the_customer_wants_nobody_any_more(self) -> None:
        self._happens(Cancelled())
        assert not self.case.is_open

    @rule(event=by_time)
    def time_passes(self, event: Event) -> None:
        self._happens(event)
        again = happens(self.case, event, self.now)
        assert again == Step(self.case), "told twice it changes nothing"

    @rule(staffed=st.booleans())
    def the_owners_browser_dies(self, staffed: bool) -> None:
        had = self.case.agent
        self._happens(Vanished(staffed))
        if had is not None:
            assert self.case.state is (State.WAITING if staffed else State.DEFERRED)
            assert self.case.priority
            assert self.case.last_agent == had

    @invariant()
    def has_one_owner(self) -> None:
        sound(self.case)

    @invariant()
    def counts_what_nobody_answered(self) -> None:
        if self.case.is_open:
            assert self.case.unread == self.unanswered

    @invariant()
    def has_a_way_on(self) -> None:
        case, later = self.case, self.now + timedelta(hours=1)

        def then(*happening: Event) -> State:
            now = case
            for event in happening:
                now = after(now, event, later).case
            return now.state

        assert then(Cancelled(), Wrote()) is State.BOT
        match case.state:
            case State.BOT | State.CLOSED:
                assert then(Wrote()) is State.BOT
                assert then(Wanted("asked_for", staffed=True)) is State.WAITING
                assert then(Wanted("asked_for", staffed=False)) is State.DEFERRED
            case State.WAITING:  # nobody is there, all have enough to do, or it is late
                assert then(Wrote()) is State.WAITING
                assert then(Unstaffed()) is State.DEFERRED
                assert then(Unstaffed(), Staffed()) is State.WAITING
            case State.DEFERRED:  # the desk opens
                assert then(Wrote()) is State.DEFERRED
                assert then(Staffed()) is State.WAITING
            case State.WITH_PERSON:
                assert case.agent is not None
                assert then(Vanished(staffed=True)) is State.WAITING
                assert then(Vanished(staffed=False)) is State.DEFERRED
                assert then(Replied(case.agent), FellSilent()) is State.CLOSED
                assert then(Resolved(case.agent, "answered")) is State.CLOSED
                assert then(HandedBack(case.agent)) is State.BOT
        assert case.state is State.WITH_PERSON or then(Taken(STAFF[0])) is State.WITH_PERSON


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


def lived(happening: list[Event], row: int) -> Case:
    """A case that came about, as it is stored."""
    case, now = NOBODYS, NOON + timedelta(seconds=row)
    for event in happening:
        now += timedelta(minutes=1)
        case = happens(case, event, now).case
    return NOBODYS if case == NOBODYS or case.state is State.BOT else replace(case, id=row)


lives = st.lists(events, max_size=8)


@given(lives, lives)
@settings(max_examples=150, deadline=None)
def test_two_talks_that_become_one_lose_nothing(ours: list[Event], theirs: list[Event]) -> None:
    mine, other = lived(ours, 1), lived(theirs, 2)
    kept, ended = joined(mine, other, NOON + timedelta(hours=1))
    assert {kept.id, ended.id} == {mine.id, other.id}
    sound(kept)
    assert not ended.is_open
    both = [case for case in (mine, other) if case.is_open]
    assert kept.is_open == bool(both)
    if not both:
        return
    assert kept.priority == any(case.priority for case in both)
    assert kept.unread == sum(case.unread for case in both)
    assert kept.asked_at == min(case.asked_at for case in both if case.asked_at)
    if any(case.reason == CALL_BACK for case in both):
        assert kept.reason == CALL_BACK
    owners = {case.agent for case in both if case.agent}
    assert kept.agent in owners or not owners


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_of_two_talks_with_people_the_one_that_began_earlier_goes_on(first: str) -> None:
    early = after(NOBODYS, Taken("sato"), NOON).case
    late = after(NOBODYS, Taken("suzuki"), NOON + timedelta(minutes=5)).case
    pair = (early, late) if first == "ours" else (late, early)
    kept, ended = joined(*pair, NOON + timedelta(minutes=9))
    assert kept.agent == "sato"
    assert (ended.state, ended.end, ended.agent) == (State.CLOSED, "merged", None)


def test_who_was_passed_on_to_a_colleague_and_joins_still_waits_for_that_one() -> None:
    asked = Wanted("asked_for", staffed=True)
    passed = NOBODYS
    for event in (asked, Taken("sato"), PassedOn("sato", "suzuki")):
        passed = after(passed, event, NOON + timedelta(minutes=3)).case
    waiting = after(NOBODYS, asked, NOON).case
    kept, _ended = joined(waiting, passed, NOON + timedelta(minutes=9))
    assert (kept.wanted_agent, kept.last_agent) == ("suzuki", "sato")
