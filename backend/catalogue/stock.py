"""Operations 11 to 13: stock, what is coming, what has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy import literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.geography import parse_near
from backend.catalogue.stock_views import StockLevelOut, level_out, unknown_level
from backend.catalogue.stores import nearest_stores, stores_of
from backend.conventions.access import Reading
from backend.conventions.bodies import Moment, Page
from backend.conventions.paging import decode_cursor, encode_cursor
from backend.conventions.problems import invalid, not_found
from backend.conventions.routes import ContractRoute, fresh_for
from backend.tables import ONLINE, StockLevel, Store, Variant

router = APIRouter(tags=["stock"], route_class=ContractRoute)
VariantIds = Annotated[list[str], Query(alias="variant_id", min_length=1, max_length=50)]
StoreIds = Annotated[list[str] | None, Query(max_length=100)]


@dataclass(frozen=True)
class Location:
    """Where stock is asked for; `store` None is the web shop."""

    store: Store | None
    distance_m: int | None = None

    @property
    def id(self) -> str:
        """The location's id in the table of stock levels."""
        return ONLINE if self.store is None else self.store.id


@dataclass(frozen=True)
class Where:
    """Stores by id, the nearest ones, the web shop, or without any of them all of these."""

    store_id: StoreIds = None
    near: Annotated[str | None, Query(description="lat,lng")] = None
    limit: Annotated[int, Query(ge=1, le=100, description="stores, with near")] = 5
    scope: Annotated[Literal["ec"] | None, Query()] = None


@router.get("/stock", dependencies=[Depends(fresh_for(30))])
async def get_stock(
    variant_ids: VariantIds, where: Annotated[Where, Depends()], session: Reading
) -> Page[StockLevelOut]:
    """Stock of each variant at each place asked for; what nobody has told is `unknown`."""
    await check_variants(session, variant_ids)
    locations = await _locations(session, where)
    rows = await session.scalars(
        select(StockLevel).where(
            StockLevel.variant_id.in_(variant_ids),
            StockLevel.location_id.in_([location.id for location in locations]),
        )
    )
    known = {(level.variant_id, level.location_id): level for level in rows}
    return Page(
        items=[
            _level(known.get((variant_id, location.id)), variant_id, location)
            for variant_id in dict.fromkeys(variant_ids)
            for location in locations
        ]
    )


def _level(level: StockLevel | None, variant_id: str, location: Location) -> StockLevelOut:
    if level is None:
        return unknown_level(variant_id, location.id, location.distance_m)
    return level_out(level, location.store, location.distance_m)


async def _locations(session: AsyncSession, where: Where) -> list[Location]:
    if sum(map(bool, (where.store_id, where.near, where.scope))) > 1:
        raise invalid("/store_id", "exclusive", "one of store_id, near and scope")
    if where.scope == "ec":
        return [Location(None)]
    if where.store_id:
        return [Location(store) for store in await stores_of(session, where.store_id)]
    place = parse_near(where.near)
    if place is not None:
        return [
            Location(store, place.metres_to(store.lat, store.lng))
            for store in await nearest_stores(session, place, where.limit)
        ]
    stores = await session.scalars(
        select(Store).where(Store.kind == "store").order_by(Store.position, Store.id)
    )
    return [*map(Location, stores), Location(None)]


async def check_variants(session: AsyncSession, ids: Sequence[str]) -> None:
    """Raises Problem (not-found) unless all of these variants exist."""
    known = await session.scalars(select(Variant.id).where(Variant.id.in_(ids)))
    if len(known.all()) < len(set(ids)):
        raise not_found("variant")


class IncomingStock(BaseModel):
    """Pieces on their way to a store, or (store_id null) to the web shop."""

    variant_id: str
    store_id: str | None
    quantity: int
    expected_on: date | None
    window_end: date | None = None
    confidence: Literal["confirmed", "planned"]
    as_of: Moment


@router.get("/stock/incoming", dependencies=[Depends(fresh_for(3600))])
async def get_incoming(
    variant_ids: VariantIds,
    session: Reading,
    store_id: StoreIds = None,
) -> Page[IncomingStock]:
    """What is on its way, the soonest first; the source does not promise its dates."""
    await check_variants(session, variant_ids)
    query = select(StockLevel).where(
        StockLevel.variant_id.in_(variant_ids), StockLevel.incoming_quantity > 0
    )
    if store_id:
        await stores_of(session, store_id)
        query = query.where(StockLevel.location_id.in_(store_id))
    levels = sorted(
        await session.scalars(query),
        key=lambda level: (level.incoming_on or date.max, level.variant_id, level.location_id),
    )
    return Page(items=[_incoming(level) for level in levels])


def _incoming(level: StockLevel) -> IncomingStock:
    return IncomingStock(
        variant_id=level.variant_id,
        store_id=None if level.location_id == ONLINE else level.location_id,
        quantity=level.incoming_quantity or 0,
        expected_on=level.incoming_on,
        confidence="planned",
        as_of=level.as_of,
    )


@router.get("/stock/changes")
async def get_changes(
    session: Reading,
    after: Annotated[str | None, Query(max_length=1024)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Page[StockLevelOut]:
    """Stock levels in the order they last changed, from the cursor `after` on.

    `next_cursor` is there even on the last page: what changes later comes after it.
    """
    key = tuple_(StockLevel.change_number, StockLevel.variant_id, StockLevel.location_id)
    query = (
        select(StockLevel, Store)
        .outerjoin(Store, Store.id == StockLevel.location_id)
        .order_by(StockLevel.change_number, StockLevel.variant_id, StockLevel.location_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(key > tuple_(*map(literal, decode_cursor(after, int, str, str))))
    rows = (await session.execute(query)).all()
    last = rows[-1][0] if rows else None
    return Page(
        items=[level_out(level, store, None) for level, store in rows],
        next_cursor=after
        if last is None
        else encode_cursor((last.change_number, last.variant_id, last.location_id)),
    )
