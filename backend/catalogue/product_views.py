"""Products and variants as the contract shows them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from backend.catalogue.options import color_family, role_of, size_sort, value_key
from backend.catalogue.search import Hit
from backend.conventions.bodies import Moment, Money
from backend.conventions.language import translated
from backend.tables import Product, Variant


class SizeOut(BaseModel):
    """A size; `sort` puts sizes in order."""

    code: str
    label: str
    sort: float | None


class ColorOut(BaseModel):
    """A colour; `family` such as navy, null where it is not known."""

    code: str
    label: str
    family: str | None


class AxisOut(BaseModel):
    """An axis along which variants differ; `role` is size, color or null."""

    name: str
    role: str | None
    values: list[str]


class PriceOut(Money):
    """What a consumer pays."""

    tax_included: bool = True


class VariantOut(BaseModel):
    """One sellable piece, at its present price."""

    id: str
    product_id: str
    sku: str
    jan: str | None
    options: dict[str, str]
    size: SizeOut | None
    color: ColorOut | None
    price: PriceOut
    list_price: PriceOut | None
    sale_ends_at: Moment | None
    status: str
    image_url: str | None


class ProductSummary(BaseModel):
    """A product in a list; `score` (0 to 1) and `matched_on` only after a search."""

    id: str
    name: str
    name_kana: str | None
    translations: dict[str, Any]
    category: str
    brand: str | None
    image_url: str | None
    url: str | None
    price_from: PriceOut
    price_to: PriceOut
    option_axes: list[AxisOut]
    status: str
    rating: dict[str, Any] | None
    score: float | None = None
    matched_on: str | None = None


class ProductOut(ProductSummary):
    """All about a product."""

    aliases: list[str]
    description: str | None
    facts: dict[str, str]
    images: list[str]
    variants: list[VariantOut]
    updated_at: Moment


def variant_out(variant: Variant, product: Product, now: datetime) -> VariantOut:
    """Show a variant; a sale that is over is over, whatever was imported."""
    price, list_price, sale_ends_at = variant.price, variant.list_price, variant.sale_ends_at
    if sale_ends_at is not None and sale_ends_at <= now:
        price = price if list_price is None else list_price
        list_price = sale_ends_at = None
    return VariantOut(
        id=variant.id,
        product_id=variant.product_id,
        sku=variant.sku,
        jan=variant.jan,
        options=variant.options,
        size=_size(variant.options),
        color=_color(variant.options),
        price=PriceOut(currency=variant.currency, amount=price),
        list_price=None
        if list_price is None
        else PriceOut(currency=variant.currency, amount=list_price),
        sale_ends_at=sale_ends_at,
        status=variant.status,
        image_url=product.image_url,
    )


def _size(options: dict[str, str]) -> SizeOut | None:
    for axis, value in options.items():
        if role_of(axis) == "size":
            return SizeOut(code=value_key(value), label=value, sort=size_sort(value))
    return None


def _color(options: dict[str, str]) -> ColorOut | None:
    for axis, value in options.items():
        if role_of(axis) == "color":
            return ColorOut(code=value_key(value), label=value, family=color_family(value))
    return None


def axes_out(names: Iterable[str], variants: Sequence[Variant]) -> list[AxisOut]:
    """The axes of a product with the values its variants have, each once, in their order."""
    return [
        AxisOut(
            name=name,
            role=role_of(name),
            values=list(
                dict.fromkeys(
                    variant.options[name] for variant in variants if name in variant.options
                )
            ),
        )
        for name in names
    ]


def summary_members(
    product: Product, variants: Sequence[Variant], now: datetime, language: str
) -> dict[str, Any]:
    """What the summary and the whole product have in common."""
    prices = [variant_out(variant, product, now).price for variant in variants]
    return {
        "id": product.id,
        "name": translated(product.translations, language, "name", product.name),
        "name_kana": product.name_kana,
        "translations": product.translations,
        "category": product.category,
        "brand": product.brand,
        "image_url": product.image_url,
        "url": product.url,
        "price_from": min(prices, key=lambda price: price.amount),
        "price_to": max(prices, key=lambda price: price.amount),
        "option_axes": axes_out(product.option_axes, variants),
        "status": _status([variant.status for variant in variants]),
        "rating": product.rating,
    }


def _status(statuses: Sequence[str]) -> str:
    """A product is what the best of its variants is."""
    return next(each for each in ("active", "preorder", "discontinued") if each in statuses)


def summary_out(
    product: Product,
    variants: Sequence[Variant],
    now: datetime,
    language: str,
    hit: Hit | None = None,
) -> ProductSummary:
    """Show a product in a list, after a search with how well it fits."""
    return ProductSummary(
        **summary_members(product, variants, now, language),
        score=hit and hit.score,
        matched_on=hit and hit.matched_on,
    )


def product_out(
    product: Product, variants: Sequence[Variant], now: datetime, language: str
) -> ProductOut:
    """Show all about a product."""
    original = product.description or ""
    return ProductOut(
        **summary_members(product, variants, now, language),
        aliases=product.aliases,
        description=translated(product.translations, language, "description", original) or None,
        facts=product.facts,
        images=[product.image_url] if product.image_url else [],
        variants=[variant_out(variant, product, now) for variant in variants],
        updated_at=product.updated_at,
    )
