"""A counter on each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.storage import Storage, open_storage
from tests.faults.house import House
from tests.storage.counter import SETTINGS, MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def house(url: str, clock: MovableClock) -> AsyncIterator[House]:
    async with open_storage(url, clock, SETTINGS) as storage:
        yield House(storage, clock)


@pytest.fixture
async def second(url: str, clock: MovableClock) -> AsyncIterator[Storage]:
    """The same database, opened by another process."""
    async with open_storage(url, clock, SETTINGS) as storage:
        yield storage
