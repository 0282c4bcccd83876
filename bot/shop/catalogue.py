"""Products and their variants."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, Field, model_validator

from bot.shop.asking import Asking, Resource
from bot.shop.cache import PRODUCTS
from bot.shop.paging import whole_list
from bot.shop.wire import MoneyWire, Page, Several, Wire, money
from bot.shop.words import impersonal
from bot.shopfront.base import Option
from bot.shopfront.catalogue import (
    Axis,
    Product,
    ProductById,
    ProductsMatching,
    Variant,
    VariantsOf,
)

CATALOGUE = Resource("catalogue", PRODUCTS)
BARCODE_LENGTHS = frozenset({8, 12, 13})
MATCHES = 10
_SIZE = ("サイズ", "size", "寸法", "大きさ")
_COLOR = ("カラー", "色", "color", "colour", "カラーバリエーション")
_CAPACITY = ("容量", "内容量", "ストレージ", "capacity", "volume", "storage")


class AxisWire(Wire):
    """A way variants differ; some systems give its name alone."""

    name: str
    values: Several[str] = ()

    @model_validator(mode="before")
    @classmethod
    def bare(cls, given: Any) -> Any:
        """Take a bare text for the axis's name."""
        return {"name": given} if isinstance(given, str) else given


class VariantWire(Wire):
    id: str
    product_id: str | None = None
    options: Mapping[str, str] = Field(default_factory=dict)
    price: MoneyWire | None = None
    list_price: MoneyWire | None = None
    sale_ends_at: AwareDatetime | None = None
    status: str = "active"


class ProductWire(Wire):
    id: str
    name: str
    category: str | None = None
    brand: str | None = None
    url: str | None = None
    image_url: str | None = None
    option_axes: Several[AxisWire] = ()
    variants: Several[VariantWire] = ()


Variants = Page[VariantWire]
Products = Page[ProductWire]


async def product_by_id(query: ProductById, asking: Asking) -> Product | None:
    """A product, or None where there is none of that id."""
    found = await asking.find(CATALOGUE, ("products", query.product), ProductWire)
    if found is None:
        return None
    told = found.value
    return Product(
        id=told.id,
        name=told.name,
        axes=axes(_with_values(told)),
        url=told.url,
        image_url=told.image_url,
        category=told.category,
    )


async def variants_of(query: VariantsOf, asking: Asking) -> tuple[Variant, ...]:
    """A product's variants; none where there is no such product."""
    steps = ("products", query.product, "variants")
    told = await whole_list(asking, CATALOGUE, steps, Variants)
    now = asking.now()
    return tuple(_variant(each, query.product, now) for each in told)


async def products_matching(query: ProductsMatching, asking: Asking) -> tuple[Option, ...]:
    """Products a phrase may mean; a barcode means the product that bears it."""
    text = unicodedata.normalize("NFKC", query.text).strip()
    barcode = text.isascii() and text.isdigit() and len(text) in BARCODE_LENGTHS
    text = text if barcode else impersonal(text)
    if not text:
        return ()
    params = (("jan" if barcode else "q", text), ("limit", str(MATCHES)))
    found = await asking.find(CATALOGUE, ("products",), Products, params)
    items = found.value.items if found else ()
    return tuple(Option(each.id, each.name, each.category) for each in items)


def axes(told: Iterable[AxisWire]) -> tuple[Axis, ...]:
    """The axes with what their values are called when told: one slot names one axis only."""
    given = list(told)
    slots: dict[str, str] = {}
    for slot, ends in (("size", _SIZE), ("color", _COLOR), ("size", _CAPACITY)):
        names = (axis.name for axis in given if axis.name not in slots and _ends(axis.name, ends))
        if slot not in slots.values() and (name := next(names, None)) is not None:
            slots[name] = slot
    for axis in given:
        own = axis.name
        while axis.name not in slots and own in slots.values():
            own += "'"
        slots.setdefault(axis.name, own)
    return tuple(Axis(axis.name, slots[axis.name], axis.values) for axis in given)


def _ends(name: str, ends: tuple[str, ...]) -> bool:
    return unicodedata.normalize("NFKC", name).casefold().strip().endswith(ends)


def _with_values(product: ProductWire) -> Iterable[AxisWire]:
    for axis in product.option_axes:
        seen = [v.options[axis.name] for v in product.variants if axis.name in v.options]
        yield axis if axis.values else AxisWire(name=axis.name, values=tuple(dict.fromkeys(seen)))


def _variant(told: VariantWire, product: str, now: datetime) -> Variant:
    price, list_price, ends = told.price, told.list_price, told.sale_ends_at
    if ends is not None and ends <= now:
        # The sale ended while the answer was kept.
        price, list_price, ends = list_price or price, None, None
    return Variant(
        id=told.id,
        product_id=told.product_id or product,
        options=dict(told.options),
        price=money(price),
        list_price=money(list_price),
        sale_ends_at=ends,
        status=told.status,
    )
