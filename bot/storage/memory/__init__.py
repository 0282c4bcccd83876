"""Storage in memory that keeps the rules of the database: for tests and for a talk in a terminal.

Nothing here waits, so that every method is a transaction by itself.
"""

from __future__ import annotations

from bot.ports import Clock
from bot.storage.bell import LocalBell
from bot.storage.memory.agents import MemoryAgents, MemoryDeskAudit, MemoryDeskSessions, Staff
from bot.storage.memory.conversations import MemoryConversations
from bot.storage.memory.customers import MemoryCustomers
from bot.storage.memory.desk import MemoryDesk
from bot.storage.memory.handoffs import MemoryHandoffs
from bot.storage.memory.house import House
from bot.storage.memory.learning import MemoryLearning
from bot.storage.memory.linking import MemoryLinking
from bot.storage.memory.mailbox import MemoryMailbox
from bot.storage.memory.media import MemoryMedia
from bot.storage.memory.rounds import MemoryRounds
from bot.storage.memory.sending import MemoryOutbox, MemoryTimeline
from bot.storage.opening import Storage
from bot.storage.settings import StorageSettings


def memory_storage(clock: Clock, settings: StorageSettings) -> Storage:
    """Empty storage that lasts as long as the object."""
    house = House(clock, settings, LocalBell())
    mailbox = MemoryMailbox(house)
    staff = Staff(clock)
    return Storage(
        mailbox=mailbox,
        conversations=MemoryConversations(house),
        customers=MemoryCustomers(house),
        linking=MemoryLinking(house),
        media=MemoryMedia(house),
        outbox=MemoryOutbox(house),
        timeline=MemoryTimeline(house),
        handoffs=MemoryHandoffs(house, mailbox.put_one),
        desk=MemoryDesk(house),
        learning=MemoryLearning(house, staff),
        agents=MemoryAgents(staff),
        desk_sessions=MemoryDeskSessions(staff),
        desk_audit=MemoryDeskAudit(staff),
        rounds=MemoryRounds(clock),
        bell=house.bell,
    )
