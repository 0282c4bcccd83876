"""The two databases the counter runs on, each with the same two doors: `read` and `write`.

What is done in a database is a function of a `Connection`. It may be called again when the
transaction it was part of failed, so it touches nothing but its connection.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import Misconfigured
from bot.storage.group_commit import GroupCommit

BUSY_TIMEOUT_SECONDS = 10
T = TypeVar("T")


class Database(ABC):
    """A database with group commit."""

    def __init__(self) -> None:
        self._commits = GroupCommit(self.transact)

    async def write(
        self, work: Callable[[Connection], T], *, order: str = "", durable: bool = True
    ) -> T:
        """Do `work` in a transaction, together with whatever else waits to be written.

        `order` is what it locks (an account): works lock in this order, so that transactions of
        several processes do not wait for each other in a circle. Not `durable`: a lease, which
        nobody misses after a power cut; it need not wait for the disk.
        """
        return await self._commits.write(work, order, durable)

    @abstractmethod
    async def transact(self, work: Callable[[Connection], T], *, durable: bool = True) -> T:
        """Do `work` in a transaction of its own."""

    @abstractmethod
    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do `work`, which reads a few rows by their keys; each statement sees what is committed.

        What may read many rows asks `scan`.
        """

    @abstractmethod
    async def scan(self, work: Callable[[Connection], T]) -> T:
        """Do `work`, which only reads, however long it takes."""

    @abstractmethod
    async def close(self) -> None:
        """Wait for what is being written, and close all connections."""


def connect(url: str) -> Database:
    """The database at `url`. Raises `Misconfigured` unless it is SQLite in a file or PostgreSQL."""
    try:
        parsed = make_url(url)
    except ArgumentError as fault:
        raise Misconfigured(["the database URL cannot be read"]) from fault
    match parsed.get_backend_name():
        case "sqlite" if sqlite_file(parsed):
            return Sqlite(parsed)
        case "postgresql":
            return Postgres(parsed)
    raise Misconfigured(["the database must be SQLite in a file, or PostgreSQL"])


def sqlite_file(url: URL) -> Path | None:
    """Where a SQLite database lies; None for any other, and for one in memory."""
    named = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(str(url.database)) if named else None


class Sqlite(Database):
    """A file, with one thread that writes and one that reads at length.

    SQLite has one writer at a time anyway. Whole transactions run in its thread, because going
    there and back for every statement costs several times the statement. A read by key costs less
    than going there, and never waits for the writer: it is done at once, where it is asked.
    """

    def __init__(self, url: URL) -> None:
        super().__init__()
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        file = url.set(drivername="sqlite")
        self._writing = _sqlite_engine(file)
        event.listen(self._writing, "begin", _begin_sqlite)
        self._leasing = self._writing.execution_options(synchronous="NORMAL")
        self._reading = _sqlite_engine(file)
        self._writer = ThreadPoolExecutor(1, "sqlite-writer")
        self._reader = ThreadPoolExecutor(1, "sqlite-reader")

    async def transact(self, work: Callable[[Connection], T], *, durable: bool = True) -> T:
        engine = self._writing if durable else self._leasing

        def run() -> T:
            with engine.begin() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._writer, run)

    async def read(self, work: Callable[[Connection], T]) -> T:
        await asyncio.sleep(0)  # who reads again and again lets others go on
        return self._read(work)

    async def scan(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reader, self._read, work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._reading.connect() as connection:
            return work(connection)

    async def close(self) -> None:
        await self._commits.finish()
        self._writer.shutdown()
        self._reader.shutdown()
        self._writing.dispose()
        self._reading.dispose()


def _sqlite_engine(url: URL) -> Engine:
    # Nothing is left to reset: a read has no transaction, and a write ended its own.
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
        pool_reset_on_return=None,
        hide_parameters=True,  # faults are logged, and parameters are what customers wrote
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes too late (before the first write); ours is `_begin_sqlite`.
    # Reads need none: each statement has a transaction of its own.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: reads that lead to writes must not be overtaken between.

    What is committed as NORMAL is on the disk with the next FULL: the log keeps their order.
    """
    synchronous = connection.get_execution_options().get("synchronous", "FULL")
    connection.exec_driver_sql(f"PRAGMA synchronous={synchronous}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class Postgres(Database):
    """A PostgreSQL server, shared with other processes."""

    def __init__(self, url: URL) -> None:
        super().__init__()
        self._engine: AsyncEngine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"), pool_pre_ping=True, hide_parameters=True
        )
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def transact(self, work: Callable[[Connection], T], *, durable: bool = True) -> T:
        async with self._engine.begin() as connection:
            if not durable:
                await connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
            return await connection.run_sync(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self.scan(work)

    async def scan(self, work: Callable[[Connection], T]) -> T:
        async with self._reading.connect() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._commits.finish()
        await self._engine.dispose()
