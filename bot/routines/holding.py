"""Putting a piece aside, once the customer wants it."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Reading, Slot, ask, confirm, look_up, say
from bot.routines.products import told
from bot.routines.stores import ANYWHERE
from bot.shopfront.base import Option, Refused
from bot.shopfront.catalogue import (
    Held,
    HoldTermsAt,
    NoLongerThere,
    Product,
    PutAside,
    Store,
    Variant,
)

NAME_KANA = Slot("name_kana", str)


def put_aside(
    customer: Customer, product: Product, variant: Variant, store: Store
) -> Reading[None]:
    """Show exactly what would be put aside, take a yes to just that, and say what came of it."""
    terms = yield from look_up(HoldTermsAt(store.id))
    if terms is None:
        yield from say("hold.not_offered", store=store)
        return
    name = "" if customer.member_id else (yield from ask(NAME_KANA))
    outcome = yield from confirm(
        PutAside(store.id, variant.id, 1, name),
        product=product,
        variant=variant,
        store=store,
        terms=terms,
        name=name,
    )
    match outcome:
        case None:
            yield from say("hold.left_on_shelf", stock_elsewhere(product, variant))
        case Held(confirmed=True):
            yield from say("hold.put_aside", about(store), held=outcome, store=store)
        case Held():
            yield from say("hold.requested", about(store), held=outcome, store=store)
        case NoLongerThere():
            again = stock_elsewhere(product, variant)
            yield from say("hold.just_gone", again, store=store, product=product)
        case Refused(reason="hold-limit", limit=limit):
            yield from say("hold.limit", Offer("cancel_hold"), limit=limit)
        case Refused():
            yield from say("hold.refused", Offer("talk_to_person"), store=store)


def about(store: Store) -> Offer:
    """How to get there, and its hours."""
    return Offer("store_info", {"store": Option(store.id, store.name)}, "offer.this_store")


def stock_elsewhere(product: Product, variant: Variant) -> Offer:
    """The same piece in other places."""
    slots = told(product, variant) | {"store": Option(ANYWHERE, "")}
    return Offer("check_stock", slots, "offer.other_stores")
