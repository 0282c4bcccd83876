"""Work that one process at a time does now and then: when it is due, in real time."""

from sqlalchemy import Column, Integer, String, Table

from bot.storage.tables.base import Moment, metadata

rounds = Table(
    "rounds",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("due_at", Moment, nullable=False),
    Column("failures", Integer, nullable=False),
)
