"""A member's points, told by the ledger: lots, balance, history. Pure.

Points are earned in lots with a last day each and drawn limited lots first, then the lot that
runs out soonest. A business day (`expires_on`) lasts until its end in the shop's time zone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import accumulate


@dataclass(frozen=True)
class Entry:
    """One line of the ledger; `at` has a time zone, `delta` is negative when points go."""

    kind: str
    delta: int
    at: datetime
    expires_on: date | None = None
    order_no: str | None = None
    store_id: str | None = None
    pending: bool = False
    limited: bool = False
    usable_at: tuple[str, ...] = ("ec", "store")


@dataclass
class Lot:
    """Points that were earned together and not yet used up."""

    remaining: int
    earned_at: datetime
    expires_on: date | None
    limited: bool
    usable_at: tuple[str, ...]


@dataclass(frozen=True)
class Booked:
    """A line of the history with the balance it left."""

    entry: Entry
    balance_after: int


@dataclass
class _Purse:
    """Lots while the ledger is replayed; `owed` is what was drawn beyond them."""

    lots: list[Lot] = field(default_factory=list)
    owed: int = 0

    def put(self, entry: Entry) -> None:
        repaid = min(self.owed, entry.delta)
        self.owed -= repaid
        self.lots.append(
            Lot(entry.delta - repaid, entry.at, entry.expires_on, entry.limited, entry.usable_at)
        )

    def draw(self, points: int, usable: Callable[[Lot], bool]) -> None:
        self._take(points, sorted(filter(usable, self.lots), key=_drawn_first))

    def lapse(self, points: int) -> None:
        dated = (lot for lot in self.lots if lot.expires_on is not None)
        self._take(points, sorted(dated, key=_runs_out_first))

    def _take(self, points: int, lots: Iterable[Lot]) -> None:
        for lot in lots:
            taken = min(lot.remaining, points)
            lot.remaining -= taken
            points -= taken
        self.owed += points


@dataclass(frozen=True)
class Points:
    """What a member has at one moment. `balance` may be below 0 after a return."""

    balance: int
    pending: int
    pending_from: date | None
    lots: tuple[Lot, ...]
    history: tuple[Booked, ...]

    @property
    def expiring_next(self) -> tuple[int, date] | None:
        """How many points run out first, and their last day."""
        days = [lot.expires_on for lot in self.lots if lot.expires_on is not None]
        if not days:
            return None
        soonest = min(days)
        return sum(lot.remaining for lot in self.lots if lot.expires_on == soonest), soonest


def points_at(entries: Iterable[Entry], now: datetime, zone: tzinfo) -> Points:
    """Replay the ledger up to `now`; points past their last day are gone even if unbooked."""
    today = now.astimezone(zone).date()
    ledger = sorted(entries, key=lambda entry: entry.at)
    booked = [entry for entry in ledger if not entry.pending and entry.at <= now]
    waiting = [entry for entry in ledger if entry.pending or entry.at > now]
    purse = _replayed(booked, zone)
    lapsed = [lot for lot in purse.lots if lot.remaining and _is_over(lot, today)]
    alive = [lot for lot in purse.lots if lot.remaining and not _is_over(lot, today)]
    coming = [entry.at.astimezone(zone).date() for entry in waiting if entry.at > now]
    return Points(
        balance=sum(lot.remaining for lot in alive) - purse.owed,
        pending=sum(entry.delta for entry in waiting),
        pending_from=min(coming, default=None),
        lots=tuple(sorted(alive, key=_runs_out_first)),
        history=_history([*booked, *(_lapse(lot, zone) for lot in lapsed)]),
    )


def _replayed(booked: Sequence[Entry], zone: tzinfo) -> _Purse:
    purse = _Purse()
    for entry in booked:
        day = entry.at.astimezone(zone).date()
        if entry.delta >= 0:
            purse.put(entry)
        elif entry.kind == "expire":
            purse.lapse(-entry.delta)
        else:
            purse.draw(-entry.delta, _spendable(entry, day))
    return purse


def _spendable(entry: Entry, day: date) -> Callable[[Lot], bool]:
    place = "store" if entry.store_id else "ec"
    bound = entry.kind == "use"
    return lambda lot: not _is_over(lot, day) and (not bound or place in lot.usable_at)


def _is_over(lot: Lot, day: date) -> bool:
    return lot.expires_on is not None and lot.expires_on < day


def _runs_out_first(lot: Lot) -> tuple[date, datetime]:
    return lot.expires_on or date.max, lot.earned_at


def _drawn_first(lot: Lot) -> tuple[bool, date, datetime]:
    return not lot.limited, *_runs_out_first(lot)


def _lapse(lot: Lot, zone: tzinfo) -> Entry:
    assert lot.expires_on is not None
    midnight = datetime.combine(lot.expires_on + timedelta(days=1), time(), zone)
    return Entry(kind="expire", delta=-lot.remaining, at=midnight, expires_on=lot.expires_on)


def _history(entries: Sequence[Entry]) -> tuple[Booked, ...]:
    ordered = sorted(entries, key=lambda entry: entry.at)
    balances = accumulate(entry.delta for entry in ordered)
    return tuple(map(Booked, ordered, balances))
