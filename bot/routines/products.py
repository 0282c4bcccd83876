"""Which product, and which of its variants?"""

from __future__ import annotations

from bot.dialogue.steps import Reading, Slot, SlotFamily, ask, look_up
from bot.shopfront.base import Option
from bot.shopfront.catalogue import Product, ProductById, ProductsMatching, Variant, VariantsOf

PRODUCT = Slot("product", str, implied=True)
OPTION = SlotFamily("option")


def choose_product() -> Reading[Product]:
    """The product asked about; one that has left the catalogue is asked for again."""
    chosen = yield from ask(PRODUCT, find=ProductsMatching)
    product = yield from look_up(ProductById(chosen))
    if product is None:
        yield from ask(PRODUCT, without=frozenset({chosen}))
        raise AssertionError("a refused value cannot be an answer")
    return product


def choose_variant(product: Product) -> Reading[Variant | None]:
    """The one variant meant, axis by axis; None for a product that has none to sell.

    Only combinations that exist are asked about: after 27cm, only the colours 27cm comes in.
    """
    variants = yield from look_up(VariantsOf(product.id))
    left = [v for v in variants if v.status != "discontinued"] or list(variants)
    if not left:
        return None
    chosen: dict[str, str] = {}
    for axis in product.axes:
        offered = {variant.options[axis.name] for variant in left if axis.name in variant.options}
        choices = tuple(Option(value, value) for value in axis.values if value in offered)
        if not choices:
            continue
        value = yield from ask(
            OPTION[axis.slot],
            choices=choices,
            key="ask.option",
            axis=axis,
            product=product,
            chosen=dict(chosen),
        )
        chosen[axis.name] = value
        left = [variant for variant in left if variant.options.get(axis.name) == value]
    return left[0]


def told(product: Product, variant: Variant) -> dict[str, Option]:
    """Product and options as slots, for a next step about this very variant."""
    options = {axis.slot: variant.options.get(axis.name) for axis in product.axes}
    named = {slot: Option(value, value) for slot, value in options.items() if value}
    return {"product": Option(product.id, product.name), **named}
