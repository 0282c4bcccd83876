"""Pages of products, in the order of a search or of a sort."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.filters import present_price
from backend.catalogue.search import Hit
from backend.conventions.paging import Key, PageRequest
from backend.tables import Product, Variant

Conditions = Sequence[ColumnElement[bool]]


async def found_page(
    session: AsyncSession, conditions: Conditions, hits: Mapping[str, Hit], page: PageRequest
) -> tuple[list[Key], int]:
    """The sort keys of a page of hits, one more than fits if there are more; how many hits."""
    ids = await session.scalars(select(Product.id).where(*conditions))
    keys = sorted((-hits[product_id].score, product_id) for product_id in ids)
    after = page.after(float, str)
    rest: list[Key] = [key for key in keys if after is None or key > after]
    return rest[: page.limit + 1], len(keys)


async def sorted_page(
    session: AsyncSession,
    conditions: Conditions,
    sort: str | None,
    page: PageRequest,
    now: datetime,
) -> list[Key]:
    """The sort keys of a page of products, one more than fits if there are more."""
    columns, types = _order(sort, now)
    query = select(*columns).where(*conditions).order_by(*columns).limit(page.limit + 1)
    after = page.after(*types)
    if after is not None:
        query = query.where(tuple_(*columns) > tuple_(*map(literal, after)))
    return [tuple(row) for row in await session.execute(query)]


def _order(sort: str | None, now: datetime) -> tuple[list[Any], tuple[type, ...]]:
    if sort == "price":
        lowest = (
            select(func.min(present_price(now)))
            .where(Variant.product_id == Product.id)
            .scalar_subquery()
        )
        return [lowest, Product.id], (int, str)
    if sort == "new":
        return [-Product.first_import, Product.position, Product.id], (int, int, str)
    return [Product.position, Product.id], (int, str)


async def products_with_variants(
    session: AsyncSession, ids: Sequence[str]
) -> list[tuple[Product, list[Variant]]]:
    """Products by their ids, in that order, each with its variants; unknown ids are left out."""
    variants: dict[str, list[Variant]] = defaultdict(list)
    rows = await session.scalars(
        select(Variant).where(Variant.product_id.in_(ids)).order_by(Variant.position, Variant.id)
    )
    for variant in rows:
        variants[variant.product_id].append(variant)
    products = await session.scalars(select(Product).where(Product.id.in_(ids)))
    known = {product.id: product for product in products}
    return [(known[each], variants[each]) for each in ids if each in known and variants[each]]
