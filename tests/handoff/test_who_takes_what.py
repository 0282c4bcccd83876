"""Who is taken first, by whom, and what may be said of the wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.handoff.desk import Case, State
from bot.handoff.queue import Hand, Waiting, expected_wait, in_order, next_for
from tests.storage.counter import NOON

NOBODY: frozenset[str] = frozenset()
SATO = Hand("sato")


def asks(name: str, minutes: int = 0, language: str = "ja", **case: object) -> Waiting:
    """Somebody who asked for a person so many minutes after noon."""
    moment = NOON + timedelta(minutes=minutes)
    one = Case(state=State.WAITING, reason="asked_for", asked_at=moment, since=moment)
    return Waiting(name, replace(one, **case), language)  # type: ignore[arg-type]


def order(*waiting: Waiting) -> list[str]:
    return [one.conversation_id for one in in_order(waiting)]


def taken(hand: Hand, *waiting: Waiting, present: frozenset[str] = NOBODY) -> str | None:
    found = next_for(hand, waiting, present, capacity=3)
    return found.conversation_id if found else None


def test_who_has_waited_longest_is_first() -> None:
    assert order(asks("late", 9), asks("early", 1), asks("between", 5)) == [
        "early",
        "between",
        "late",
    ]


def test_a_complaint_goes_before_who_has_waited_longer() -> None:
    assert order(asks("early", 1), asks("angry", 9, priority=True)) == ["angry", "early"]


def test_who_waits_now_goes_before_who_was_told_later() -> None:
    later = asks("later", 1, priority=True, state=State.DEFERRED)
    assert order(later, asks("now", 9)) == ["now", "later"]


@given(
    st.lists(
        st.builds(
            asks,
            st.uuids().map(lambda made: made.hex),
            st.integers(0, 3),
            priority=st.booleans(),
            state=st.sampled_from([State.WAITING, State.DEFERRED]),
        ),
        max_size=8,
    ),
    st.randoms(),
)
def test_everybody_has_one_place_however_they_are_listed(
    waiting: list[Waiting], dice: object
) -> None:
    shuffled = list(waiting)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert in_order(shuffled) == in_order(waiting)
    assert sorted(order(*waiting)) == sorted(one.conversation_id for one in waiting)


def test_staff_are_given_who_speaks_their_language() -> None:
    japanese = replace(SATO, languages=("ja",))
    assert taken(japanese, asks("english", 1, "en"), asks("japanese", 9)) == "japanese"
    assert taken(japanese, asks("english", 1, "en")) is None


def test_staff_are_given_what_they_know() -> None:
    returns = replace(SATO, topics=("returns",))
    assert taken(returns, asks("other", 1, topic="wine"), asks("mine", 9, topic="returns")) == (
        "mine"
    )
    assert taken(returns, asks("anything", 1)) == "anything"


def test_who_has_enough_is_given_no_more() -> None:
    assert taken(replace(SATO, open=2), asks("one")) == "one"
    assert taken(replace(SATO, open=3), asks("one")) is None


def test_who_comes_back_gets_the_one_they_had() -> None:
    assert taken(SATO, asks("longest", 1), asks("mine", 9, last_agent="sato")) == "mine"


def test_what_was_passed_on_to_somebody_is_theirs_first() -> None:
    passed = asks("passed", 9, wanted_agent="sato", topic="wine")
    knows_nothing_of_it = replace(SATO, topics=("returns",), languages=("en",))
    assert taken(knows_nothing_of_it, asks("longest", 1, "en"), passed) == "passed"


def test_a_colleague_who_is_there_is_left_their_own() -> None:
    passed = asks("passed", 1, wanted_agent="suzuki")
    assert taken(SATO, passed, asks("other", 9), present=frozenset({"suzuki"})) == "other"
    assert taken(SATO, passed, asks("other", 9)) == "passed"


def test_nothing_is_said_of_the_wait_where_nothing_is_known() -> None:
    measured = [timedelta(minutes=8)] * 5
    assert expected_wait(1, measured[:4], present=2, capacity=3) is None
    assert expected_wait(1, measured, present=0, capacity=3) is None
    assert expected_wait(1, [], present=2, capacity=3) is None


@given(
    st.lists(st.integers(10, 7200).map(lambda s: timedelta(seconds=s)), min_size=5, max_size=40),
    st.integers(1, 30),
    st.integers(1, 9),
)
def test_the_wait_is_a_range_from_what_was_measured(
    handled: list[timedelta], position: int, present: int
) -> None:
    wait = expected_wait(position, handled, present, capacity=3)
    assert wait is not None
    assert 1 <= wait.low <= wait.high
    longest = max(handled).total_seconds() / 60 * position / (present * 3)
    # Quartiles of few values reach a little beyond the longest of them.
    assert wait.high <= max(2, longest * 2 + 1)
    behind = expected_wait(position + 1, handled, present, capacity=3)
    assert behind is not None
    assert behind.low >= wait.low
    assert behind.high >= wait.high
