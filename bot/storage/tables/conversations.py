"""Conversations: a customer's one talk, its version, and the lease of whoever is answering it.

Staff have `flagged` a talk that should be looked at twice; until `muted_until` (real time) the bot
does not answer in it.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, false

from bot.storage.tables.base import Hex, Moment, metadata

conversations = Table(
    "conversations",
    metadata,
    Column("customer_id", Hex, ForeignKey("customers.id"), primary_key=True),
    Column("id", Hex, nullable=False, unique=True),
    Column("version", Integer, nullable=False, default=0),
    Column("language", String(16), nullable=False),
    Column("focus", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("lease_token", String(128)),
    Column("lease_until", Moment),
    Column("flagged", Boolean, nullable=False, server_default=false()),
    Column("muted_until", Moment),
)
