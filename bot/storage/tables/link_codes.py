"""Codes that carry a talk to another channel, hashed, and wrong ones that were tried.

Both are kept for a while after they are of no more use, to count by. `used_key` is the idempotency
key of the effect that used a code.
"""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from bot.storage.tables.base import BigKey, Moment, metadata

link_codes = Table(
    "link_codes",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("account_id", BigKey, ForeignKey("accounts.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("used_key", String(128)),
)
Index("ix_link_codes_account_id", link_codes.c.account_id, link_codes.c.made_at)

link_misses = Table(
    "link_misses",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("account_id", BigKey, ForeignKey("accounts.id"), nullable=False),
    Column("at", Moment, nullable=False),
)
Index("ix_link_misses_account_id", link_misses.c.account_id, link_misses.c.at)
