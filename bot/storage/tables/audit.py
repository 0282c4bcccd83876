"""The audit log of identities: who became whom, when, and by what. Ids only; real time."""

from sqlalchemy import Column, String, Table

from bot.storage.tables.base import BigKey, Hex, Moment, metadata

audit = Table(
    "audit",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("action", String(32), nullable=False),
    Column("by", String(64), nullable=False),
    Column("account_id", BigKey, nullable=False),
    Column("customer_id", Hex, nullable=False),
    Column("from_customer_id", Hex),
    Column("member_id", String(128)),
)
