"""Operations 3 to 7: products, variants, look-up by code, alternatives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.codes import check_jan
from backend.catalogue.filters import ProductFilter, colors_offered
from backend.catalogue.listing import found_page, products_with_variants, sorted_page
from backend.catalogue.options import role_of, same_color, value_key
from backend.catalogue.product_views import (
    ProductOut,
    ProductSummary,
    VariantOut,
    product_out,
    summary_out,
    variant_out,
)
from backend.catalogue.search import search_products
from backend.conventions.access import Now, Reading
from backend.conventions.bodies import Page
from backend.conventions.language import Language
from backend.conventions.paging import Paging, encode_cursor
from backend.conventions.problems import invalid, not_found
from backend.conventions.routes import ContractRoute, fresh_for
from backend.tables import Product, Variant

router = APIRouter(tags=["products"], route_class=ContractRoute)
MOST_ALTERNATIVES = 100
FRESH = [Depends(fresh_for(900))]


class ProductPage(Page[ProductSummary]):
    """One page of products; after a search with an estimate of how many there are."""

    total_estimate: int | None = None


@router.get("/products", dependencies=FRESH)
async def list_products(
    wanted: Annotated[ProductFilter, Depends()],
    page: Paging,
    session: Reading,
    now: Now,
    language: Language,
    q: Annotated[str | None, Query(max_length=200)] = None,
    sort: Annotated[Literal["relevance", "new", "price"] | None, Query()] = None,
) -> ProductPage:
    """Products; with `q` those it may mean, the best first."""
    if wanted.updated_after is not None and wanted.updated_after.tzinfo is None:
        raise invalid("/updated_after", "time zone")
    colors = await colors_offered(session) if wanted.color else []
    conditions = list(wanted.conditions(now, colors))
    hits = {hit.product_id: hit for hit in await search_products(session, q)} if q else {}
    if q is not None:
        conditions.append(Product.id.in_(hits))
    total: int | None = None
    if q is not None and sort in (None, "relevance"):
        keys, total = await found_page(session, conditions, hits, page)
    else:
        keys = await sorted_page(session, conditions, sort, page, now)
    shown = keys[: page.limit]
    products = await products_with_variants(session, [str(key[-1]) for key in shown])
    return ProductPage(
        items=[
            summary_out(product, variants, now, language, hits.get(product.id))
            for product, variants in products
        ],
        next_cursor=encode_cursor(shown[-1]) if len(keys) > len(shown) else None,
        total_estimate=total,
    )


@router.get("/products/{product_id}", dependencies=FRESH)
async def get_product(
    product_id: str, session: Reading, now: Now, language: Language
) -> ProductOut:
    """All about one product."""
    product, variants = await _product(session, product_id)
    return product_out(product, variants, now, language)


@router.get(
    "/products/{product_id}/variants",
    dependencies=FRESH,
    openapi_extra={
        "parameters": [
            {
                "name": "option",
                "in": "query",
                "style": "deepObject",
                "explode": True,
                "description": "option[axis]=value; the axis by its exact name",
                "schema": {"type": "object", "additionalProperties": {"type": "string"}},
            }
        ]
    },
)
async def list_variants(
    product_id: str,
    request: Request,
    session: Reading,
    now: Now,
    size: Annotated[str | None, Query(max_length=64)] = None,
    color: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[VariantOut]:
    """A product's variants, those with these options if any are named."""
    product, variants = await _product(session, product_id)
    wanted = {
        name[len("option[") : -1]: value
        for name, value in request.query_params.items()
        if name.startswith("option[")
    }
    unknown = wanted.keys() - set(product.option_axes)
    if unknown:
        raise invalid(f"/option[{min(unknown)}]", "axis", "the product has no such axis")
    return Page(
        items=[
            variant_out(variant, product, now)
            for variant in variants
            if _has_options(variant, wanted, size, color)
        ]
    )


def _has_options(
    variant: Variant, wanted: dict[str, str], size: str | None, color: str | None
) -> bool:
    options = variant.options
    if any(value_key(options.get(axis, "")) != value_key(each) for axis, each in wanted.items()):
        return False
    by_role = {role_of(axis): value for axis, value in options.items()}
    if size is not None and value_key(by_role.get("size", "")) != value_key(size):
        return False
    return color is None or same_color(color, by_role.get("color", ""))


@dataclass(frozen=True)
class Similar:
    """What an alternative has to be; `in_stock_at` is a store's id, or `online`."""

    size: Annotated[str | None, Query(max_length=64)] = None
    in_stock_at: Annotated[str | None, Query(max_length=64)] = None
    limit: Annotated[int, Query(ge=1, le=100)] = 5


@router.get("/products/{product_id}/similar", dependencies=FRESH)
async def list_similar(
    product_id: str,
    session: Reading,
    now: Now,
    language: Language,
    wanted: Annotated[Similar, Depends()],
) -> Page[ProductSummary]:
    """Other products of the same category: the same brand first, then the nearest price."""
    product, variants = await _product(session, product_id)
    filters = ProductFilter(
        category=product.category, size=wanted.size, in_stock_at=wanted.in_stock_at
    )
    ids = await session.scalars(
        select(Product.id)
        .where(Product.id != product.id, *filters.conditions(now, []))
        .order_by(case((Product.brand == product.brand, 0), else_=1), Product.position)
        .limit(MOST_ALTERNATIVES)
    )
    others = await products_with_variants(session, ids.all())
    price = summary_out(product, variants, now, language).price_from.amount
    shown = sorted(
        (
            (other.brand != product.brand, abs(each.price_from.amount - price), other.id, each)
            for other, its in others
            for each in [summary_out(other, its, now, language)]
            if each.status != "discontinued"
        )
    )[: wanted.limit]
    return Page(items=[entry[-1] for entry in shown])


@router.get("/variants/lookup", dependencies=FRESH)
async def look_up_variant(
    session: Reading,
    now: Now,
    jan: Annotated[str | None, Query(max_length=32)] = None,
    sku: Annotated[str | None, Query(max_length=64)] = None,
) -> VariantOut:
    """The variant with a JAN (8, 12 or 13 digits, check digit verified) or an SKU."""
    if (jan is None) == (sku is None):
        raise invalid("/jan", "exclusive", "exactly one of jan and sku")
    condition = Variant.jan.in_(check_jan(jan)) if jan is not None else Variant.sku == sku
    row = (
        await session.execute(
            select(Variant, Product)
            .join(Product, Product.id == Variant.product_id)
            .where(condition)
            .order_by(Variant.id)
            .limit(1)
        )
    ).first()
    if row is None:
        raise not_found("variant")
    return variant_out(row.Variant, row.Product, now)


@router.get("/variants/{variant_id}", dependencies=FRESH)
async def get_variant(variant_id: str, session: Reading, now: Now) -> VariantOut:
    """One variant."""
    variant = await session.get(Variant, variant_id)
    product = await session.get(Product, variant.product_id) if variant else None
    if variant is None or product is None:
        raise not_found("variant")
    return variant_out(variant, product, now)


async def _product(session: AsyncSession, product_id: str) -> tuple[Product, Sequence[Variant]]:
    found = await products_with_variants(session, [product_id])
    if not found:
        raise not_found("product")
    return found[0]
