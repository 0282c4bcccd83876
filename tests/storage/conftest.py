"""Storage of every kind: in memory, on SQLite and on PostgreSQL, each empty for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.storage import Storage, memory_storage, open_storage
from tests.storage.counter import SETTINGS, House, MovableClock
from tests.support.databases import DATABASES, Empty


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
async def house(
    request: pytest.FixtureRequest, empty: Empty, clock: MovableClock
) -> AsyncIterator[House]:
    """Storage of each kind, and people who write to it."""
    if request.param == "memory":
        yield House(memory_storage(clock, SETTINGS), clock)
        return
    async with (
        empty.database(request.param, request) as url,
        open_storage(url, clock, SETTINGS) as storage,
    ):
        yield House(storage, clock)
