"""Pending acts: effects that were agreed and written down before they were sent."""

from sqlalchemy import Column, ForeignKey, String, Table, Text, UniqueConstraint

from bot.storage.tables.base import BigKey, metadata

pending_acts = Table(
    "pending_acts",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("letter_id", BigKey, ForeignKey("letters.id"), nullable=False),
    Column("key", String(255), nullable=False),
    Column("act", Text, nullable=False),
    Column("outcome", Text),
    UniqueConstraint("letter_id", "key"),
)
