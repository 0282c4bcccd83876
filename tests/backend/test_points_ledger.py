"""What a member's points come to, told by the ledger alone."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.clock import TOKYO
from backend.customers.points_ledger import Entry, points_at

NOW = datetime(2026, 11, 21, 12, tzinfo=TOKYO)


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def earned(points: int, ago: int, expires_on: date | None = None, limited: bool = False) -> Entry:
    return Entry("earn", points, days_ago(ago), expires_on=expires_on, limited=limited)


def used(points: int, ago: int, store_id: str | None = None) -> Entry:
    return Entry("use", -points, days_ago(ago), store_id=store_id)


def test_the_lot_that_runs_out_soonest_is_used_first() -> None:
    points = points_at(
        [
            earned(100, 30, date(2027, 3, 31)),
            earned(100, 20, date(2026, 11, 30)),
            used(70, 10),
        ],
        NOW,
        TOKYO,
    )
    assert points.balance == 130
    assert points.expiring_next == (30, date(2026, 11, 30))


def test_limited_points_are_used_before_any_other() -> None:
    points = points_at(
        [
            earned(100, 30, date(2026, 11, 30)),
            earned(50, 20, date(2027, 3, 31), limited=True),
            used(60, 10),
        ],
        NOW,
        TOKYO,
    )
    assert [(lot.remaining, lot.limited) for lot in points.lots] == [(90, False)]


def test_points_last_until_the_end_of_their_day() -> None:
    ledger = [earned(100, 30, date(2026, 11, 21))]
    late = datetime(2026, 11, 21, 23, 59, tzinfo=TOKYO)
    assert points_at(ledger, late, TOKYO).balance == 100
    assert points_at(ledger, late + timedelta(minutes=1), TOKYO).balance == 0


def test_points_that_ran_out_stand_in_the_history_though_nobody_booked_it() -> None:
    points = points_at([earned(100, 30, date(2026, 11, 10))], NOW, TOKYO)
    last = points.history[-1]
    assert (last.entry.kind, last.entry.delta, last.balance_after) == ("expire", -100, 0)
    assert last.entry.at == datetime(2026, 11, 11, tzinfo=TOKYO)


def test_a_booked_expiry_is_not_counted_twice() -> None:
    ledger = [
        earned(100, 30, date(2026, 11, 10)),
        earned(50, 20, date(2027, 1, 31), limited=True),
        Entry("expire", -100, datetime(2026, 11, 11, 3, tzinfo=TOKYO)),
    ]
    points = points_at(ledger, NOW, TOKYO)
    assert points.balance == 50
    assert len(points.history) == 3


def test_the_balance_may_be_below_nothing_after_a_return() -> None:
    ledger = [earned(100, 30), used(100, 20), Entry("return", -100, days_ago(5))]
    points = points_at(ledger, NOW, TOKYO)
    assert points.balance == -100
    assert points.lots == ()


def test_what_is_owed_is_paid_from_the_next_points() -> None:
    ledger = [Entry("return", -100, days_ago(5)), earned(150, 2, date(2027, 1, 31))]
    points = points_at(ledger, NOW, TOKYO)
    assert points.balance == 50
    assert points.expiring_next == (50, date(2027, 1, 31))


def test_points_only_for_the_web_shop_stay_when_something_is_bought_at_a_store() -> None:
    ledger = [
        Entry("earn", 100, days_ago(9), limited=True, usable_at=("ec",)),
        earned(100, 9),
        used(80, 3, store_id="ginza"),
    ]
    points = points_at(ledger, NOW, TOKYO)
    assert sorted((lot.remaining, lot.usable_at) for lot in points.lots) == [
        (20, ("ec", "store")),
        (100, ("ec",)),
    ]


def test_pending_points_are_told_apart_with_the_day_they_come() -> None:
    ledger = [earned(100, 30), Entry("earn", 45, NOW + timedelta(days=7), pending=True)]
    points = points_at(ledger, NOW, TOKYO)
    assert (points.balance, points.pending) == (100, 45)
    assert points.pending_from == date(2026, 11, 28)


def test_somebody_without_points_has_none() -> None:
    points = points_at([], NOW, TOKYO)
    assert (points.balance, points.pending, points.expiring_next) == (0, 0, None)


entries = st.builds(
    Entry,
    kind=st.sampled_from(["earn", "use", "adjust", "return"]),
    delta=st.integers(-500, 500),
    at=st.integers(0, 400).map(days_ago),
    expires_on=st.none() | st.integers(-300, 300).map(lambda n: (NOW + timedelta(days=n)).date()),
    limited=st.booleans(),
    usable_at=st.sampled_from([("ec", "store"), ("ec",), ("store",)]),
)


@given(st.lists(entries, max_size=12))
def test_lots_balance_and_history_always_agree(ledger: list[Entry]) -> None:
    points = points_at(ledger, NOW, TOKYO)
    last = points.history[-1].balance_after if points.history else 0
    assert points.balance == last
    assert all(lot.remaining > 0 for lot in points.lots)
