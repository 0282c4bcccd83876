"""Which store is near? By a place that was sent, a name that was written, or a store itself."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Reading, Script, Slot, ask, heard, look_up, say, skill
from bot.shopfront.base import Option
from bot.shopfront.catalogue import Store, StoreById, Stores, StoresMatching

PLACE = Slot("place", str)
AROUND = Slot("store", str)
ALL = Option("all", "@choice.all_stores")
SHOWN = 5


@skill("nearest_store", PLACE, AROUND, either=(PLACE, AROUND))
def nearest_store(customer: Customer) -> Script:
    around = yield from heard(AROUND)
    known = (yield from look_up(StoreById(around))) if around else None
    if known is not None and known.lat is not None and known.lng is not None:
        yield from _tell((yield from look_up(Stores(near=(known.lat, known.lng)))), near=True)
        return
    place = yield from ask(PLACE, suggest=(ALL,), location=True)
    here = coordinates(place)
    if here is not None:
        yield from _tell((yield from look_up(Stores(near=here))), near=True)
    elif place == ALL.value:
        yield from _tell((yield from look_up(Stores())), near=False)
    else:
        yield from _tell((yield from _named(place)), near=False, place=place)


def coordinates(place: str) -> tuple[float, float] | None:
    """Degrees (WGS 84) of a place that was sent; None for one that was written, and for numbers
    that are nowhere on Earth."""
    try:
        lat, lng = map(float, place.split(","))
    except ValueError:
        return None
    return (lat, lng) if abs(lat) <= 90 and abs(lng) <= 180 else None


def _named(place: str) -> Reading[tuple[Store, ...]]:
    """Stores whose name, station or town is like what was written."""
    like = yield from look_up(StoresMatching(place))
    ids = {option.value for option in like}
    stores = (yield from look_up(Stores())) if ids else ()
    return tuple(store for store in stores if store.id in ids)


def _tell(stores: tuple[Store, ...], *, near: bool, place: str = "") -> Reading[None]:
    """`near`: they come nearest first."""
    if not stores:
        every = Offer("nearest_store", {PLACE.name: ALL}, "choice.all_stores")
        yield from say("nearest.none", every, Offer("talk_to_person"), place=place)
        return
    first = stores[0] if near or len(stores) == 1 else None
    about = Offer("store_info", {"store": Option(first.id, first.name)}) if first else None
    yield from say(
        "nearest.stores",
        about or Offer("store_info"),
        stores=stores[:SHOWN],
        count=len(stores),
        near=near,
        place=place,
        nearest=first,
    )
