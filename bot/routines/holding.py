"""Putting a piece aside, and letting go of it again."""

from __future__ import annotations

import re
import unicodedata

from bot.customers.profile import Customer, Trust
from bot.dialogue.steps import Offer, Reading, Slot, ask, confirm, look_up, prove, say
from bot.routines.products import told
from bot.routines.stores import ANYWHERE
from bot.shopfront.base import Option, Refused
from bot.shopfront.catalogue import (
    Held,
    Hold,
    HoldTermsAt,
    NoLongerThere,
    Product,
    PutAside,
    Released,
    ReleaseHold,
    Store,
    Variant,
)

_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_A_NAME = re.compile(r"[ァ-ヶーA-Za-z][ァ-ヶー・A-Za-z .'-]*")
"""What a shop's staff can read aloud: katakana, or Latin letters."""


def _katakana(name: str) -> str:
    """A name as it is written on what is put aside: hiragana as katakana, full width."""
    return unicodedata.normalize("NFKC", name).strip().translate(_TO_KATAKANA)


NAME_KANA = Slot("name_kana", str)
HOLD = Slot("hold", str)


def put_aside(
    customer: Customer, product: Product, variant: Variant, store: Store
) -> Reading[None]:
    """Show exactly what would be put aside, take a yes to just that, and say what came of it."""
    terms = yield from look_up(HoldTermsAt(store.id))
    if terms is None:
        yield from say("hold.not_offered", store=store)
        return
    name = "" if customer.member_id else (yield from _name())
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
        case Held(confirmed=confirmed):
            yield from say(
                "hold.put_aside" if confirmed else "hold.requested",
                about(store),
                held=outcome,
                product=product,
                variant=variant,
                store=store,
            )
        case NoLongerThere():
            again = stock_elsewhere(product, variant)
            yield from say("hold.just_gone", again, store=store, product=product)
        case Refused(reason="hold-limit", limit=limit):
            yield from say("hold.limit", Offer("cancel_hold"), limit=limit)
        case Refused():
            yield from say("hold.refused", Offer("talk_to_person"), store=store)


def _name() -> Reading[str]:
    yield from prove(Trust.ANONYMOUS)
    told = yield from ask(NAME_KANA)
    name = _katakana(told)
    if not _A_NAME.fullmatch(name):
        yield from ask(NAME_KANA, without=frozenset({told}))
    return name


def release(holds: tuple[Hold, ...]) -> Reading[None]:
    """Let go of one of these, once the customer agreed."""
    choices = tuple(Option(h.hold_id, f"{h.what} {h.store_name}") for h in holds)
    chosen = yield from ask(HOLD, choices=choices)
    hold = next(h for h in holds if h.hold_id == chosen)
    match (yield from confirm(ReleaseHold(hold.hold_id, hold.etag), hold=hold)):
        case None:
            yield from say("hold.kept", hold=hold)
        case Released():
            yield from say("hold.released", hold=hold)
        case Refused(reason="state-changed"):
            yield from say("hold.changed_meanwhile", Offer("cancel_hold"), hold=hold)
        case _:
            yield from say("hold.already_gone", hold=hold)


def about(store: Store) -> Offer:
    """How to get there, and its hours."""
    return Offer("store_info", {"store": Option(store.id, store.name)}, "offer.this_store")


def stock_elsewhere(product: Product, variant: Variant) -> Offer:
    """The same piece in other places."""
    slots = told(product, variant) | {"store": Option(ANYWHERE, "")}
    return Offer("check_stock", slots, "offer.other_stores")
