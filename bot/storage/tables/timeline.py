"""The timeline: what was said on each account.

`cursor` counts from 1 without gaps in the order of commits; `turn` is the cursor of the first
entry that was committed together with this one.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from bot.storage.tables.base import BigKey, Moment, metadata

timeline = Table(
    "timeline",
    metadata,
    Column("account_id", BigKey, ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Column("cursor", Integer, primary_key=True, autoincrement=False),
    Column("turn", Integer, nullable=False),
    Column("author", String(16), nullable=False),
    Column("name", String(200)),
    Column("picture", String(2000)),
    Column("at", Moment, nullable=False),
    Column("content", Text, nullable=False),
    Column("letter_id", BigKey, ForeignKey("letters.id")),
)
Index(
    "ix_timeline_letter_id",
    timeline.c.letter_id,
    sqlite_where=timeline.c.letter_id.is_not(None),
    postgresql_where=timeline.c.letter_id.is_not(None),
)
