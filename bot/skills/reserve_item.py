"""Put it aside for me."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Script, look_up, say, skill
from bot.routines.holding import NAME_KANA, put_aside, stock_elsewhere
from bot.routines.products import OPTION, PRODUCT, choose_product, choose_variant
from bot.routines.stores import STORE, choose_store
from bot.shopfront.catalogue import StockAt


@skill(
    "reserve_item",
    PRODUCT,
    OPTION,
    STORE,
    NAME_KANA,
    undo="cancel_hold",
    replaces=("check_stock",),
)
def reserve_item(customer: Customer) -> Script:
    product = yield from choose_product()
    variant = yield from choose_variant(product)
    if variant is None:
        yield from say("stock.not_sold", Offer("talk_to_person"), product=product)
        return
    store = yield from choose_store(customer)
    stock = (yield from look_up(StockAt((variant.id,), (store.id,))))[0]
    if not stock.there:
        yield from say(
            "hold.nothing_there",
            stock_elsewhere(product, variant),
            product=product,
            variant=variant,
            store=store,
            stock=stock,
        )
        return
    yield from put_aside(customer, product, variant, store)
