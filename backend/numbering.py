"""Numbers that rise in the order of the commits."""

from typing import Literal

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.tables import Counter


async def next_number(session: AsyncSession, name: Literal["stock", "events", "catalogue"]) -> int:
    """Take the next number of a counter; the row stays locked until the session's commit.

    A follower that has read up to a number therefore never misses a lower one.
    """
    taken = await session.execute(
        update(Counter)
        .where(Counter.name == name)
        .values(value=Counter.value + 1)
        .returning(Counter.value)
    )
    return taken.scalar_one()
