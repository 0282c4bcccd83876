"""The database: engines, and sessions that read or write.

A writing session takes SQLite's write lock at once (`BEGIN IMMEDIATE`): a transaction that reads
first and writes later would otherwise fail when another one wrote in between.
"""

import json
from functools import partial
from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

BUSY_TIMEOUT_SECONDS = 10
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_encode = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


class Database:
    """One engine with two ways in: `reading()` and `writing()` make sessions."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        self.reading = async_sessionmaker(self.engine, expire_on_commit=False)
        self.writing: async_sessionmaker[AsyncSession] = async_sessionmaker(
            writing_engine(self.engine), expire_on_commit=False
        )

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def create_engine(url: str) -> AsyncEngine:
    """Make an engine for SQLite (WAL, foreign keys, full synchronous) or PostgreSQL.

    Raises ValueError for any other database.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend not in _DRIVERS:
        raise ValueError(f"the backend runs on SQLite or PostgreSQL, not on {backend}")
    parsed = parsed.set(drivername=_DRIVERS[backend])
    if backend == "postgresql":
        return create_async_engine(
            parsed, json_serializer=_encode, pool_pre_ping=True, hide_parameters=True
        )
    engine = create_async_engine(
        parsed,
        json_serializer=_encode,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def writing_engine(engine: AsyncEngine) -> AsyncEngine:
    """The same engine, its transactions taking the write lock when they begin."""
    return engine.execution_options(write_lock=True)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes too late (before the first write); ours is `_begin_sqlite`.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    locked = connection.get_execution_options().get("write_lock")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if locked else "BEGIN")
