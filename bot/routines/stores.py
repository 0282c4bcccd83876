"""Which store?"""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Reading, Slot, ask, look_up
from bot.shopfront.base import Option
from bot.shopfront.catalogue import ONLINE, Store, StoreById, Stores, StoresMatching

STORE = Slot("store", str, implied=True)
ANYWHERE = "anywhere"
STORES_SHOWN = 6


def choose_place(customer: Customer) -> Reading[str]:
    """A store's id, `ONLINE`, or `ANYWHERE`: where stock is asked of."""
    near = yield from _likely(customer, None)
    everywhere = (Option(ANYWHERE, "@choice.anywhere"), Option(ONLINE, "@choice.online"))
    return (yield from ask(STORE, suggest=(*everywhere, *near), find=StoresMatching))


def choose_store(
    customer: Customer, service: str | None = None, without: frozenset[str] = frozenset()
) -> Reading[Store]:
    """A shop that can be visited, offering the service where one is named."""
    near = yield from _likely(customer, service)
    suggest = tuple(option for option in near if option.value not in without)
    chosen = yield from ask(
        STORE,
        suggest=suggest,
        find=StoresMatching,
        without=without | {ONLINE, ANYWHERE},
        key="ask.shop",
    )
    store = yield from look_up(StoreById(chosen))
    if store is None:
        yield from ask(STORE, suggest=suggest, without=frozenset({chosen}), key="ask.shop")
        raise AssertionError("a refused value cannot be an answer")
    return store


def _likely(customer: Customer, service: str | None) -> Reading[tuple[Option, ...]]:
    """Stores to offer: the usual one and the last spoken of first."""
    stores = yield from look_up(Stores(service=service))
    spoken = customer.focus.last.get("store")
    first = [customer.usual_store, spoken.value if spoken else None]
    ranked = sorted(stores, key=lambda store: first.index(store.id) if store.id in first else 9)
    return tuple(Option(store.id, store.name) for store in ranked[:STORES_SHOWN])
