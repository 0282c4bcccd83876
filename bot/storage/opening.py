"""The whole of storage, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.ports import (
    Agents,
    Bell,
    Clock,
    Conversations,
    Customers,
    Desk,
    DeskAudit,
    DeskSessions,
    Handoffs,
    Learning,
    Linking,
    Mailbox,
    MediaStore,
    Outbox,
    Rounds,
    Timeline,
)
from bot.storage.agents import SqlAgents, SqlDeskAudit
from bot.storage.bell import LocalBell
from bot.storage.conversations import SqlConversations
from bot.storage.customers import SqlCustomers
from bot.storage.database import Database, connect
from bot.storage.desk import SqlDesk
from bot.storage.desk_sessions import SqlDeskSessions
from bot.storage.handoffs import SqlHandoffs
from bot.storage.learning import SqlLearning
from bot.storage.linking import SqlLinking
from bot.storage.mailbox import SqlMailbox
from bot.storage.media import SqlMedia
from bot.storage.outbox import SqlOutbox
from bot.storage.rounds import SqlRounds
from bot.storage.settings import StorageSettings
from bot.storage.timeline import SqlTimeline


@dataclass(frozen=True)
class Storage:
    """Every door to what is kept; `database` for the tables of channels, None in memory."""

    mailbox: Mailbox
    conversations: Conversations
    customers: Customers
    linking: Linking
    media: MediaStore
    outbox: Outbox
    timeline: Timeline
    handoffs: Handoffs
    desk: Desk
    learning: Learning
    agents: Agents
    desk_sessions: DeskSessions
    desk_audit: DeskAudit
    rounds: Rounds
    bell: Bell
    database: Database | None = None


@asynccontextmanager
async def open_storage(url: str, clock: Clock, settings: StorageSettings) -> AsyncIterator[Storage]:
    """Storage in the database at `url`, whose schema is up to date (`upgrade`).

    Raises `bot.errors.Misconfigured` for a database the counter does not run on.
    """
    database = connect(url)
    bell = LocalBell()
    mailbox = SqlMailbox(database, clock, bell, settings)
    try:
        yield Storage(
            mailbox=mailbox,
            conversations=SqlConversations(database, clock, bell, settings),
            customers=SqlCustomers(database, clock, settings),
            linking=SqlLinking(database, clock, settings),
            media=SqlMedia(database, clock),
            outbox=SqlOutbox(database, clock),
            timeline=SqlTimeline(database),
            handoffs=SqlHandoffs(database, clock, bell, settings, mailbox.put_one),
            desk=SqlDesk(database, clock),
            learning=SqlLearning(database, clock),
            agents=SqlAgents(database, clock),
            desk_sessions=SqlDeskSessions(database, clock),
            desk_audit=SqlDeskAudit(database, clock),
            rounds=SqlRounds(database, clock),
            bell=bell,
            database=database,
        )
    finally:
        await database.close()
