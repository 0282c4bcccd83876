"""Pieces kept back from sale in a location, one conditional update each.

Whoever changes holds or collections together with stock calls `lock_stock` before reading them:
it serialises such changes until the commit, so that nothing is given back twice and no two
transactions wait for each other's rows.
"""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.conventions.problems import Problem
from backend.numbering import next_number
from backend.tables import StockLevel, Store

Pieces = Mapping[str, int]
"""How many pieces by variant id."""

ALTERNATIVES = 5
_free = StockLevel.on_hand - StockLevel.reserved - StockLevel.safety_buffer


async def lock_stock(session: AsyncSession) -> None:
    """Wait for every other transaction that changes stock, and keep later ones waiting."""
    await next_number(session, "stock")


async def reserve(session: AsyncSession, location: str, pieces: Pieces) -> None:
    """Keep all the pieces back; Problem (insufficient-stock) if fewer are free or nobody knows."""
    number = await next_number(session, "stock")
    for variant_id, wanted in pieces.items():
        taken = await session.execute(
            update(StockLevel)
            .where(StockLevel.variant_id == variant_id, StockLevel.location_id == location)
            .where(_free >= wanted)
            .values(reserved=StockLevel.reserved + wanted, change_number=number)
            .returning(StockLevel.variant_id)
            .execution_options(synchronize_session=False)
        )
        if taken.scalar_one_or_none() is None:
            raise Problem(
                "insufficient-stock",
                variant_id=variant_id,
                available=await _available(session, location, variant_id),
                alternatives=await _alternatives(session, location, pieces),
            )


async def release(session: AsyncSession, location: str, pieces: Pieces) -> None:
    """Give pieces back; an import in between may already have taken them off the count."""
    number = await next_number(session, "stock")
    for variant_id, kept in pieces.items():
        left = StockLevel.reserved - kept
        await session.execute(
            update(StockLevel)
            .where(StockLevel.variant_id == variant_id, StockLevel.location_id == location)
            .values(reserved=case((left > 0, left), else_=0), change_number=number)
            .execution_options(synchronize_session=False)
        )


async def _available(session: AsyncSession, location: str, variant_id: str) -> int | None:
    free = await session.scalar(
        select(_free).where(StockLevel.variant_id == variant_id, StockLevel.location_id == location)
    )
    return None if free is None else max(free, 0)


async def _alternatives(
    session: AsyncSession, location: str, pieces: Pieces
) -> list[dict[str, object]]:
    """Other stores that have all of it, those with most first."""
    rows = await session.execute(
        select(StockLevel.location_id, StockLevel.variant_id, _free)
        .join(Store, Store.id == StockLevel.location_id)
        .where(StockLevel.variant_id.in_(pieces), StockLevel.location_id != location)
        .where(Store.kind == "store", _free > 0)
    )
    enough: dict[str, list[int]] = defaultdict(list)
    for store_id, variant_id, free in rows:
        if free is not None and free >= pieces[variant_id]:
            enough[store_id].append(free)
    least = {each: min(free) for each, free in enough.items() if len(free) == len(pieces)}
    best = sorted(least, key=lambda store_id: (-least[store_id], store_id))
    return [{"store_id": each, "available": least[each]} for each in best[:ALTERNATIVES]]
