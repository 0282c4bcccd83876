"""The doors of the counter other than channels: what reception and delivery rely on."""

from bot.ports.agents import (
    Agent,
    Agents,
    Audited,
    AuditEntry,
    DeskAudit,
    DeskSessions,
    Role,
    Session,
    Status,
)
from bot.ports.clock import Clock
from bot.ports.desk import Desk, DeskEvent, DeskItem, Found, Undelivered
from bot.ports.doors import Caller, Door, Proof
from bot.ports.handoffs import (
    COUNTER,
    Change,
    Decide,
    DeskTalk,
    Handoffs,
    KnownAccount,
    LastWords,
    Note,
    QueueRow,
    Whole,
)
from bot.ports.learning import Correction, Learning
from bot.ports.mailbox import Claim, Letter, Mailbox
from bot.ports.media import MediaStore
from bot.ports.people import Customers, Linking
from bot.ports.rounds import Rounds
from bot.ports.sending import Aging, Bell, Outbox, Parcel, Timeline
from bot.ports.talks import Conversations, PendingAct, Sheet, TurnRecord
from bot.ports.understanding import Lexicon, Names, Nlu, ProductName, StoreName

__all__ = [
    "COUNTER",
    "Agent",
    "Agents",
    "Aging",
    "AuditEntry",
    "Audited",
    "Bell",
    "Caller",
    "Change",
    "Claim",
    "Clock",
    "Conversations",
    "Correction",
    "Customers",
    "Decide",
    "Desk",
    "DeskAudit",
    "DeskEvent",
    "DeskItem",
    "DeskSessions",
    "DeskTalk",
    "Door",
    "Found",
    "Handoffs",
    "KnownAccount",
    "LastWords",
    "Learning",
    "Letter",
    "Lexicon",
    "Linking",
    "Mailbox",
    "MediaStore",
    "Names",
    "Nlu",
    "Note",
    "Outbox",
    "Parcel",
    "PendingAct",
    "ProductName",
    "Proof",
    "QueueRow",
    "Role",
    "Rounds",
    "Session",
    "Sheet",
    "Status",
    "StoreName",
    "Timeline",
    "TurnRecord",
    "Undelivered",
    "Whole",
]
