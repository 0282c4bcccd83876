"""When the desk is open, and what the operator made of requests."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.steps import HandOver
from bot.handoff.hours import Shift
from bot.handoff.policy import Policy

TOKYO = ZoneInfo("Asia/Tokyo")
WORKDAYS = Shift(("mon", "tue", "wed", "thu", "fri"), "10:00", "18:00")
POLICY = Policy(
    shifts=(WORKDAYS,), zone=TOKYO, topics={"return_exchange": "returns", "callback": "calls"}
)


def at(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-11-24 09:59:59", False),
        ("2026-11-24 10:00", True),
        ("2026-11-24 17:59:59", True),
        ("2026-11-24 18:00", False),
        ("2026-11-21 12:00", False),  # Saturday
        ("2026-11-23 12:00", False),  # Labour Thanksgiving Day, a Monday
    ],
)
def test_staff_are_there_in_their_hours(moment: str, there: bool) -> None:
    assert POLICY.staffed(at(moment)) is there


def test_after_friday_evening_comes_the_next_working_day() -> None:
    hours = POLICY.hours(at("2026-11-20 19:00"))  # the Monday is a holiday
    assert hours is not None
    assert hours.next_open == at("2026-11-24 10:00")


def test_an_operator_may_work_on_holidays() -> None:
    policy = Policy(shifts=(WORKDAYS,), zone=TOKYO, closed_on_holidays=False)
    assert policy.staffed(at("2026-11-23 12:00"))


def test_holidays_may_have_hours_of_their_own() -> None:
    short = Shift(("hol",), "13:00", "15:00")
    policy = Policy(shifts=(WORKDAYS, short), zone=TOKYO)
    assert not policy.staffed(at("2026-11-23 12:00"))
    assert policy.staffed(at("2026-11-23 14:00"))


def test_without_hours_somebody_always_answers() -> None:
    assert Policy().hours(at("2026-11-23 03:00")) is None
    assert Policy().staffed(at("2026-11-23 03:00"))


def test_calls_are_offered_in_the_hours_to_come() -> None:
    now = at("2026-11-24 17:30")
    windows = POLICY.windows(now, 3)
    assert len(windows) == 3
    for start, end in windows:
        assert end - now >= timedelta(hours=1)
        assert POLICY.staffed(start)
        assert POLICY.staffed(end - timedelta(seconds=1))
    assert windows[0][0] == at("2026-11-25 10:00")


def test_who_complains_is_taken_first() -> None:
    now = at("2026-11-24 12:00")
    assert POLICY.wanted(HandOver("complaint"), "", now).priority
    assert POLICY.wanted(HandOver("asked_for", urgent=True), "", now).priority
    assert not POLICY.wanted(HandOver("asked_for"), "", now).priority


def test_what_it_is_about_decides_who_must_know_it() -> None:
    now = at("2026-11-24 12:00")
    assert POLICY.wanted(HandOver("asked_for"), "return_exchange", now).topic == "returns"
    assert POLICY.wanted(HandOver("callback"), "return_exchange", now).topic == "calls"
    assert POLICY.wanted(HandOver("asked_for"), "check_stock", now).topic == ""


def test_after_hours_a_wish_is_taken_down() -> None:
    assert POLICY.wanted(HandOver("asked_for"), "", at("2026-11-24 12:00")).staffed
    assert not POLICY.wanted(HandOver("asked_for"), "", at("2026-11-24 20:00")).staffed
