"""The staff: who they are, their log-ins, what they did, and log-ins that went wrong.

All times are real. Of a session's token only its hash is here, of a password only argon2id's;
`login_misses.key` is a keyed hash of an e-mail or network address. `languages` and `topics` are
separated by commas. `desk_audit` holds ids only; `agent_id` is empty for the operator.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from bot.storage.tables.base import BigKey, Hex, Moment, metadata

agents = Table(
    "agents",
    metadata,
    Column("id", Hex, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("role", String(16), nullable=False),
    Column("store_id", String(64)),
    Column("languages", String(64), nullable=False, default=""),
    Column("topics", String(200), nullable=False, default=""),
    Column("picture", String(500)),
    Column("password_hash", String(200)),
    Column("subject", String(255)),
    Column("status", String(8), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment),
    Column("disabled_at", Moment),
)

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("csrf", String(64), nullable=False),
    Column("agent_id", Hex, ForeignKey("agents.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=False),
)

desk_audit = Table(
    "desk_audit",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("agent_id", Hex, ForeignKey("agents.id")),
    Column("action", String(32), nullable=False),
    Column("conversation_id", Hex),
    Column("customer_id", Hex),
    Column("detail", String(200)),
)
Index("ix_desk_audit_conversation_id", desk_audit.c.conversation_id)

login_misses = Table(
    "login_misses",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("misses", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
)
