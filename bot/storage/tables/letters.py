"""Letters: every inbound message, once.

`due_at` is the real time from which a letter may be claimed, and empty once it is done; a `held`
letter waits for the next one. `payload` is dropped some time after. `message_id` is the platform's
id of a message that may be taken back.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.tables.base import BigKey, Moment, metadata

letters = Table(
    "letters",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("event_id", String(255), nullable=False),
    Column("account_id", BigKey, ForeignKey("accounts.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("payload", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("held", Boolean, nullable=False, default=False),
    Column("due_at", Moment),
    Column("done_at", Moment),
    Column("message_id", String(128)),
    UniqueConstraint("channel", "event_id"),
)
# Only waiting letters are in these: they stay small however many were ever received.
Index(
    "ix_letters_due_at",
    letters.c.due_at,
    sqlite_where=letters.c.due_at.is_not(None),
    postgresql_where=letters.c.due_at.is_not(None),
)
Index(
    "ix_letters_waiting",
    letters.c.account_id,
    sqlite_where=letters.c.due_at.is_not(None),
    postgresql_where=letters.c.due_at.is_not(None),
)
Index(
    "ix_letters_payload",
    letters.c.done_at,
    sqlite_where=letters.c.payload.is_not(None),
    postgresql_where=letters.c.payload.is_not(None),
)
Index(
    "ix_letters_message_id",
    letters.c.account_id,
    letters.c.message_id,
    sqlite_where=letters.c.message_id.is_not(None),
    postgresql_where=letters.c.message_id.is_not(None),
)
