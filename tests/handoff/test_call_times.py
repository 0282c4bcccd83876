"""When somebody can be called: the next opening hours, in halves."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.wording import Wording
from bot.handoff.hours import Shift
from bot.handoff.policy import Policy

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKDAYS = Shift(("mon", "tue", "wed", "thu", "fri"), "10:00", "18:00")


def times(moment: str, *shifts: Shift, language: str = "ja") -> list[str]:
    now = datetime.fromisoformat(moment).replace(tzinfo=TOKYO)
    wording = Wording(language, TOKYO)
    return [wording.span(*each) for each in Policy(shifts, TOKYO).windows(now, 3)]


def test_on_a_weekend_before_a_holiday_the_first_call_is_on_tuesday() -> None:
    assert times("2026-11-21T14:00", WEEKDAYS) == [
        "11/24(火) 10:00–14:00", "11/24(火) 14:00–18:00", "11/25(水) 10:00–14:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        ("2026-11-24T13:00", "11/24(火) 10:00–14:00"),
        ("2026-11-24T13:01", "11/24(火) 14:00–18:00"),
        ("2026-11-24T17:30", "11/25(水) 10:00–14:00"),
    ],
)
def test_a_time_is_offered_while_an_hour_of_it_is_left(moment: str, first: str) -> None:
    assert times(moment, WEEKDAYS)[0] == first


def test_a_short_shift_stays_whole() -> None:
    short = Shift(("tue",), "10:00", "11:00")
    assert times("2026-11-23T12:00", short)[0] == "11/24(火) 10:00–11:00"


def test_where_no_hours_are_set_none_are_offered() -> None:
    assert times("2026-11-24T12:00") == []


def test_in_english_a_time_fits_on_a_button() -> None:
    told = times("2026-11-21T14:00", WEEKDAYS, language="en")
    assert told[0] == "24 Nov 10:00–14:00"
    assert max(map(len, told)) <= 20
