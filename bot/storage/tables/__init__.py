"""The schema of the counter's database, one module per noun."""

from bot.storage.tables.accounts import accounts
from bot.storage.tables.agents import agents, desk_audit, desk_sessions, login_misses
from bot.storage.tables.audit import audit
from bot.storage.tables.base import metadata
from bot.storage.tables.conversations import conversations
from bot.storage.tables.customers import customers
from bot.storage.tables.desk_corrections import desk_corrections
from bot.storage.tables.desk_events import desk_events
from bot.storage.tables.handoffs import desk_notes, handoffs
from bot.storage.tables.letters import letters
from bot.storage.tables.link_codes import link_codes, link_misses
from bot.storage.tables.media import media
from bot.storage.tables.outbox import outbox
from bot.storage.tables.pending_acts import pending_acts
from bot.storage.tables.rounds import rounds
from bot.storage.tables.timeline import timeline

PERSONAL_COLUMNS: dict[str, tuple[str, ...]] = {
    "accounts": ("user", "session", "display_name", "reply"),
    "agents": ("email", "name", "picture", "subject"),
    "audit": ("member_id",),
    "conversations": ("focus", "body"),
    "customers": ("member_id", "name", "usual_store"),
    "desk_corrections": ("right",),
    "desk_notes": ("name", "text"),
    "handoffs": ("summary",),
    "letters": ("payload",),
    "media": ("name", "content"),
    "outbox": ("reply", "reason"),
    "pending_acts": ("act", "outcome"),
    "timeline": ("name", "picture", "content"),
}
"""Every column that can hold something about a person: what export, erasure and retention go by."""

__all__ = [
    "PERSONAL_COLUMNS",
    "accounts",
    "agents",
    "audit",
    "conversations",
    "customers",
    "desk_audit",
    "desk_corrections",
    "desk_events",
    "desk_notes",
    "desk_sessions",
    "handoffs",
    "letters",
    "link_codes",
    "link_misses",
    "login_misses",
    "media",
    "metadata",
    "outbox",
    "pending_acts",
    "rounds",
    "timeline",
]
