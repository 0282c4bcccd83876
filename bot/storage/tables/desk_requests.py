"""Desk requests: talks that ask for a person. `since` is business time."""

from sqlalchemy import Column, ForeignKey, String, Table, Text

from bot.storage.tables.base import BigKey, Hex, Moment, metadata

desk_requests = Table(
    "desk_requests",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("customer_id", Hex, ForeignKey("customers.id"), nullable=False, index=True),
    Column("reason", String(64), nullable=False),
    Column("summary", Text, nullable=False),
    Column("since", Moment, nullable=False),
)
