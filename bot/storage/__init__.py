"""What the counter keeps: one file per port, on SQLite and PostgreSQL, and fakes in memory."""

from bot.storage.exclusive import exclusive
from bot.storage.memory import memory_storage
from bot.storage.migrating import upgrade
from bot.storage.opening import Storage, open_storage
from bot.storage.settings import StorageSettings

__all__ = [
    "Storage",
    "StorageSettings",
    "exclusive",
    "memory_storage",
    "open_storage",
    "upgrade",
]
