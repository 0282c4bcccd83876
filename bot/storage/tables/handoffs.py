"""Hand-offs: from the wish for a person to its end, and what staff write beside a talk.

A customer has one `current` hand-off at most: the open one, or the closed one until they write
again. `asked_at`, `since`, `taken_at` and `ended_at` are business time; so is `at` of a note.
`account_id` is where the customer wrote last.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from bot.storage.tables.base import BigKey, Hex, Moment, metadata

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("customer_id", Hex, ForeignKey("customers.id"), nullable=False, index=True),
    Column("account_id", BigKey, ForeignKey("accounts.id")),
    Column("current", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("priority", Boolean, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("agent_id", Hex),
    Column("last_agent_id", Hex),
    Column("wanted_agent_id", Hex),
    Column("taken_at", Moment),
    Column("turn", String(16), nullable=False),
    Column("store_id", String(128)),
    Column("unread", Integer, nullable=False),
    Column("end", String(64), nullable=False),
    Column("ended_at", Moment, index=True),
    Column("summary", Text, nullable=False),
    Column("rating", Integer),
)
Index(
    "uq_handoffs_current",
    handoffs.c.customer_id,
    unique=True,
    sqlite_where=handoffs.c.current,
    postgresql_where=handoffs.c.current,
)

desk_notes = Table(
    "desk_notes",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("customer_id", Hex, ForeignKey("customers.id"), nullable=False, index=True),
    Column("agent_id", Hex, nullable=False),
    Column("name", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
)
