"""Is it there, in this shop or online? If it is, offer to put one aside."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Reading, Script, Slot, ask, look_up, look_up_all, say, skill
from bot.routines.holding import NAME_KANA, about, put_aside
from bot.routines.products import OPTION, PRODUCT, choose_product, choose_variant, told
from bot.routines.stores import ANYWHERE, STORE, choose_place
from bot.shopfront.base import Option
from bot.shopfront.catalogue import (
    ONLINE,
    HoldTermsAt,
    PickupAt,
    Product,
    StockAt,
    StockElsewhere,
    StockLevel,
    Store,
    StoreById,
    Variant,
    VariantsOf,
)

WISH = Slot("wish", str, agrees="reserve_item")
YES_OR_NO = (Option("yes", "@choice.put_aside"), Option("no", "@choice.not_now"))


@skill("check_stock", PRODUCT, OPTION, STORE, NAME_KANA, WISH, undo="cancel_hold")
def check_stock(customer: Customer) -> Script:
    product = yield from choose_product()
    variant = yield from choose_variant(product)
    if variant is None:
        yield from say("stock.not_sold", Offer("talk_to_person"), product=product)
        return
    place = yield from choose_place(customer)
    if place == ONLINE:
        yield from _online(customer, product, variant)
        return
    store = None if place == ANYWHERE else (yield from look_up(StoreById(place)))
    if store is None:
        yield from _anywhere(customer, product, variant)
        return
    here, online = yield from look_up(StockAt((variant.id,), (store.id, ONLINE)))
    if not here.there:
        store = yield from _not_there(product, variant, store, here, online)
        if store is None:
            return
    else:
        pickup = yield from look_up(PickupAt(variant.id, store.id))
        yield from say(
            "stock.in_store",
            product=product,
            variant=variant,
            store=store,
            stock=here,
            online=online,
            pickup=pickup,
        )
    yield from _offer_to_put_aside(customer, product, variant, store)


def _offer_to_put_aside(
    customer: Customer, product: Product, variant: Variant, store: Store
) -> Reading[None]:
    """A stranger is asked for the wish first, since a name must be known before the consent."""
    terms = yield from look_up(HoldTermsAt(store.id))
    if terms is None:
        return
    if customer.member_id is None:
        wish = yield from ask(WISH, choices=YES_OR_NO, key="ask.put_aside", store=store)
        if wish == "no":
            yield from say("hold.left_on_shelf", about(store))
            return
    yield from put_aside(customer, product, variant, store)


def _online(customer: Customer, product: Product, variant: Variant) -> Reading[None]:
    stock, shops = yield from look_up_all(
        StockAt((variant.id,), (ONLINE,)),
        StockElsewhere(variant.id, near=customer.usual_store),
    )
    known = f"stock.online_{'there' if stock[0].there else stock[0].display}"
    yield from say(
        known,
        *(_at(product, variant, level) for level in shops[:2]),
        product=product,
        variant=variant,
        stock=stock[0],
        shops=shops,
    )


def _anywhere(customer: Customer, product: Product, variant: Variant) -> Reading[None]:
    shops, online = yield from look_up_all(
        StockElsewhere(variant.id, near=customer.usual_store, limit=5),
        StockAt((variant.id,), (ONLINE,)),
    )
    yield from say(
        "stock.anywhere" if shops else "stock.nowhere",
        *(_at(product, variant, level) for level in shops[:2]),
        product=product,
        variant=variant,
        shops=shops,
        online=online[0],
    )


def _not_there(
    product: Product, variant: Variant, store: Store, here: StockLevel, online: StockLevel
) -> Reading[Store | None]:
    """What else could serve: the nearest shop that has it, another variant here, a date."""
    shops = yield from look_up(StockElsewhere(variant.id, near=store.id))
    nearest = (yield from look_up(StoreById(shops[0].store_id))) if shops else None
    others = yield from _other_variants_here(product, variant, store)
    yield from say(
        "stock.unknown" if here.display == "unknown" else "stock.not_here",
        *(() if nearest else (_other(product, other, store) for other in others)),
        product=product,
        variant=variant,
        store=store,
        stock=here,
        online=online,
        shops=shops,
        others=others,
    )
    return nearest


def _other_variants_here(
    product: Product, variant: Variant, store: Store
) -> Reading[tuple[Variant, ...]]:
    """Variants that differ in one option only and are in this shop."""
    variants = yield from look_up(VariantsOf(product.id))
    near = tuple(v for v in variants if v.id != variant.id and _differences(v, variant) == 1)[:20]
    if not near:
        return ()
    levels = yield from look_up(StockAt(tuple(v.id for v in near), (store.id,)))
    there = {level.variant_id for level in levels if level.there}
    return tuple(v for v in near if v.id in there)[:2]


def _differences(one: Variant, other: Variant) -> int:
    return sum(one.options.get(axis) != value for axis, value in other.options.items())


def _at(product: Product, variant: Variant, level: StockLevel) -> Offer:
    slots = told(product, variant) | {"store": Option(level.store_id, level.store_name)}
    return Offer("reserve_item", slots, "offer.put_aside_at", {"store_name": level.store_name})


def _other(product: Product, variant: Variant, store: Store) -> Offer:
    slots = told(product, variant) | {"store": Option(store.id, store.name)}
    return Offer("check_stock", slots, "offer.other_variant", {"variant": variant})
