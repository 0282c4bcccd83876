"""Which parts of a message stand in the chat already, while the rest of it is still to come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, String, Table, delete, insert, select

from connectors.line.pushes import Database, metadata

KEPT = timedelta(hours=24)
"""By then a message has gone out, or was given up."""

line_pieces_arrived = Table(
    "line_pieces_arrived",
    metadata,
    Column("piece", String(300), primary_key=True),
    # Unix time: seconds since 1970, UTC.
    Column("arrived_at", BigInteger, nullable=False),
)


class Arrivals:
    """Remembers pieces of messages that did not fit into one call. `now` is real time.

    A reply takes no retry key, and a push's covers only what that one call carries: whoever sends
    the rest, in this process or another, must know what not to send again.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def among(self, pieces: Sequence[str]) -> frozenset[str]:
        """Those of them that have arrived."""
        if not pieces:
            return frozenset()
        rows = select(line_pieces_arrived.c.piece).where(line_pieces_arrived.c.piece.in_(pieces))
        return frozenset(await self._database.read(lambda c: c.execute(rows).scalars().all()))

    async def note(self, pieces: Sequence[str]) -> None:
        """These have arrived."""
        if not pieces:
            return
        now = self._now()
        old = line_pieces_arrived.c.arrived_at < int((now - KEPT).timestamp())
        rows = [{"piece": piece, "arrived_at": int(now.timestamp())} for piece in pieces]
        await self._database.write(
            lambda c: (
                c.execute(delete(line_pieces_arrived).where(old)),
                c.execute(insert(line_pieces_arrived), rows),
            )
        )
