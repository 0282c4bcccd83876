"""Which products are wanted, as conditions of a query."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query
from sqlalchemy import ColumnElement, and_, case, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.options import color_family, same_color, value_key
from backend.tables import ONLINE, Product, StockLevel, Variant, VariantOption

Minor = Annotated[int | None, Query(ge=0, le=10**15, description="in minor units")]


@dataclass(frozen=True)
class ProductFilter:
    """What a product has to be; `in_stock_at` is a store's id, or `online`."""

    jan: Annotated[str | None, Query(max_length=16)] = None
    sku: Annotated[str | None, Query(max_length=64)] = None
    category: Annotated[str | None, Query(max_length=200)] = None
    brand: Annotated[str | None, Query(max_length=200)] = None
    size: Annotated[str | None, Query(max_length=64)] = None
    color: Annotated[str | None, Query(max_length=64)] = None
    price_min: Minor = None
    price_max: Minor = None
    in_stock_at: Annotated[str | None, Query(max_length=64)] = None
    updated_after: Annotated[datetime | None, Query()] = None

    def conditions(self, now: datetime, colors: list[str]) -> Iterator[ColumnElement[bool]]:
        """The conditions on products; `colors` are the colours there are."""
        for column, value in ((Product.category, self.category), (Product.brand, self.brand)):
            if value is not None:
                yield column == value
        if self.updated_after is not None:
            yield Product.updated_at > self.updated_after
        of_variant = list(self._of_one_variant(now, colors))
        if of_variant:
            yield exists().where(Variant.product_id == Product.id, *of_variant)

    def _of_one_variant(self, now: datetime, colors: list[str]) -> Iterator[ColumnElement[bool]]:
        """One and the same variant has to be all of this: the red one in 26, in stock."""
        if self.jan is not None:
            yield Variant.jan == self.jan
        if self.sku is not None:
            yield Variant.sku == self.sku
        if self.size is not None:
            yield _has_option("size", [value_key(self.size)])
        if self.color is not None:
            yield _has_option("color", _keys_of_color(self.color, colors))
        if self.price_min is not None:
            yield present_price(now) >= self.price_min
        if self.price_max is not None:
            yield present_price(now) <= self.price_max
        if self.in_stock_at is not None:
            yield in_stock_at(self.in_stock_at)


def _has_option(role: str, keys: list[str]) -> ColumnElement[bool]:
    return exists().where(
        VariantOption.variant_id == Variant.id,
        VariantOption.role == role,
        VariantOption.value_key.in_(keys),
    )


def _keys_of_color(wanted: str, colors: list[str]) -> list[str]:
    exact = [value_key(color) for color in colors if value_key(color) == value_key(wanted)]
    if exact or color_family(wanted) is None:
        return exact
    return [value_key(color) for color in colors if same_color(wanted, color)]


def in_stock_at(location: str) -> ColumnElement[bool]:
    """A variant has a free piece at a location (`online` is the web shop)."""
    free = StockLevel.on_hand - StockLevel.reserved - StockLevel.safety_buffer
    return exists().where(
        StockLevel.variant_id == Variant.id,
        StockLevel.location_id == (ONLINE if location == "online" else location),
        free > 0,
    )


def present_price(now: datetime) -> ColumnElement[int]:
    """A variant's price now: a sale that is over gives way to the list price."""
    over = and_(Variant.sale_ends_at <= now, Variant.list_price.is_not(None))
    return case((over, Variant.list_price), else_=Variant.price)


async def colors_offered(session: AsyncSession) -> list[str]:
    """Every colour there is in the catalogue."""
    colors = await session.scalars(
        select(VariantOption.value).where(VariantOption.role == "color").distinct()
    )
    return list(colors)
