"""The outbox: timeline entries on their way to channels that must be called.

A row is deleted when its message went out, and stays with `dead_at` set when it never can.
"""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table, Text

from bot.storage.tables.base import BigKey, Moment, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("account_id", BigKey, nullable=False),
    Column("cursor", Integer, nullable=False),
    Column("reply", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment, nullable=False),
    Column("reason", Text),
    Column("dead_at", Moment),
    ForeignKeyConstraint(["account_id", "cursor"], ["timeline.account_id", "timeline.cursor"]),
)
Index(
    "ix_outbox_waiting",
    outbox.c.account_id,
    outbox.c.id,
    sqlite_where=outbox.c.dead_at.is_(None),
    postgresql_where=outbox.c.dead_at.is_(None),
)
