"""Desk events: what changed for staff, in the order it became visible.

`moment` and `id` together give that order: on PostgreSQL `moment` is the number of the transaction
that wrote the row, and a reader passes over those that may still be joined by earlier ones; on
SQLite, which has one writer at a time, it is 0. `goes_on` is the conversation in which one goes on
that was joined with it. Rows are dropped after a day.
"""

from sqlalchemy import BigInteger, Column, Index, String, Table

from bot.storage.tables.base import BigKey, Hex, Moment, metadata

desk_events = Table(
    "desk_events",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("moment", BigInteger, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("conversation_id", Hex, nullable=False),
    Column("author", String(16), nullable=False),
    Column("goes_on", Hex),
)
Index("ix_desk_events_order", desk_events.c.moment, desk_events.c.id)
