"""A backend of its own for every test, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from backend.app import create_app
from backend.importing import import_folder
from backend.migrations import upgrade
from backend.settings import BackendSettings
from tests.backend.catalogue_data import write_shop
from tests.support.databases import DATABASES, Empty

TOKEN = "service-token"
NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
"""A Wednesday, noon in Tokyo."""


@pytest.fixture(scope="session")
def empty_backend(tmp_path_factory: pytest.TempPathFactory) -> Empty:
    """Databases of the backend, with all tables; every test gets a copy."""
    return Empty("backend", tmp_path_factory.mktemp("backend"), upgrade)


@pytest.fixture(params=DATABASES)
async def backend_engine_url(
    request: pytest.FixtureRequest, empty_backend: Empty
) -> AsyncIterator[str]:
    """The URL of a database with empty tables: once on SQLite, once on PostgreSQL."""
    async with empty_backend.database(request.param, request) as found:
        yield found


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
