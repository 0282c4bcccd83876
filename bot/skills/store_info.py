"""A store's hours, address, phone and what it offers."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Reading, Script, Slot, heard, look_up, look_up_all, say, skill
from bot.routines.days import day_meant
from bot.routines.stores import STORE, choose_store
from bot.shopfront.catalogue import Calendar, Day, StoreById

DATE = Slot("date", str)
ABOUT = Slot("about", str)
"""Which of a store's facts was asked for, such as `parking`; `hours` are told with the rest."""
DAYS_AHEAD = 8


@skill("store_info", STORE, DATE, ABOUT)
def store_info(customer: Customer) -> Script:
    store = yield from choose_store(customer)
    days, known = yield from look_up_all(Calendar(store.id, None, DAYS_AHEAD), StoreById(store.id))
    asked = yield from heard(DATE)
    day = yield from _asked_about(asked, store.id, days)
    unusual = [d for d in days[1:] if d.closed or d.reason][:2] if asked is None else []
    store = known or store
    about = yield from heard(ABOUT)
    if about is not None and about != "hours":
        key = "store.fact" if about in store.facts else "store.fact_unknown"
        yield from say(key, store=store, about=about, day=day)
        return
    yield from say("store.info", store=store, day=day, unusual=tuple(unusual))


def _asked_about(asked: str | None, store_id: str, days: tuple[Day, ...]) -> Reading[Day | None]:
    """The day asked about, today where none is; it may be further off than `days` go."""
    if not days:
        return None
    wanted = day_meant(asked, days[0].date) if asked else None
    if wanted is None:
        return days[0]
    for day in days:
        if day.date == wanted:
            return day
    later = yield from look_up(Calendar(store_id, wanted))
    return later[0] if later else None
