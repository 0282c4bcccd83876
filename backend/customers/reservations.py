"""Pieces kept back from sale in a location, one conditional update each.

The stock counter is taken first: it serialises everything that changes stock until the commit,
so nobody is promised the last piece twice and no two transactions wait for each other.
"""

from sqlalchemy import case, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.numbering import next_number
from backend.tables import StockLevel


async def reserve(session: AsyncSession, location: str, variant_id: str, pieces: int) -> bool:
    """Keep pieces back; False, and nothing changed, if fewer are free or nobody knows."""
    free = StockLevel.on_hand - StockLevel.reserved - StockLevel.safety_buffer
    number = await next_number(session, "stock")
    taken = await session.execute(
        update(StockLevel)
        .where(StockLevel.variant_id == variant_id, StockLevel.location_id == location)
        .where(free >= pieces)
        .values(reserved=StockLevel.reserved + pieces, change_number=number)
        .returning(StockLevel.variant_id)
        .execution_options(synchronize_session=False)
    )
    return taken.scalar_one_or_none() is not None


async def release(session: AsyncSession, location: str, variant_id: str, pieces: int) -> None:
    """Give pieces back; an import in between may already have taken them off the count."""
    number = await next_number(session, "stock")
    left = StockLevel.reserved - pieces
    await session.execute(
        update(StockLevel)
        .where(StockLevel.variant_id == variant_id, StockLevel.location_id == location)
        .values(reserved=case((left > 0, left), else_=0), change_number=number)
        .execution_options(synchronize_session=False)
    )
