"""Media: pictures and files customers sent, dropped some time after.

`key` is the idempotency key they were kept under, `message_id` the platform's id of the message.
"""

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table

from bot.storage.tables.base import BigKey, Moment, metadata

media = Table(
    "media",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("key", String(128), nullable=False, unique=True),
    Column("account_id", BigKey, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("message_id", String(128)),
    Column("at", Moment, nullable=False, index=True),
    Column("name", String(255)),
    Column("content_type", String(100), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
