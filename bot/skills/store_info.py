"""A store's hours, address, phone and what it offers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.customers.profile import Customer
from bot.dialogue.steps import Script, Slot, heard, look_up_all, say, skill
from bot.routines.stores import STORE, choose_store
from bot.shopfront.catalogue import Calendar, Day, StoreById

DATE = Slot("date", str)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_AHEAD = 8


@skill("store_info", STORE, DATE)
def store_info(customer: Customer) -> Script:
    store = yield from choose_store(customer)
    asked = yield from heard(DATE)
    first = _iso(asked)
    days, known = yield from look_up_all(Calendar(store.id, first, DAYS_AHEAD), StoreById(store.id))
    day = _meant(asked, days) if first is None else (days[0] if days else None)
    unusual = [d for d in days[1:] if d.closed or d.reason][:2] if asked is None else []
    yield from say("store.info", store=known or store, day=day, unusual=tuple(unusual))


def _iso(asked: str | None) -> date | None:
    try:
        return date.fromisoformat(asked or "")
    except ValueError:
        return None


def _meant(asked: str | None, days: Sequence[Day]) -> Day | None:
    """The day behind a symbolic date: "+1d" from today, or the next such weekday."""
    if not days:
        return None
    if asked in WEEKDAYS:
        return next((d for d in days if d.date.weekday() == WEEKDAYS.index(asked)), None)
    ahead = (asked or "").removeprefix("+").removesuffix("d")
    index = int(ahead) if ahead.isdigit() else 0
    return days[index] if index < len(days) else None
