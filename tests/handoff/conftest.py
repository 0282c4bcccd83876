"""An office on each kind of storage."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.storage import Storage, open_storage
from tests.handoff.office import Office
from tests.storage.counter import SETTINGS, MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def office(url: str, clock: MovableClock) -> AsyncIterator[Office]:
    async with open_storage(url, clock, SETTINGS) as storage:
        yield Office(storage, clock)


@pytest.fixture
async def second(url: str, clock: MovableClock) -> AsyncIterator[Storage]:
    """The same database, opened by another process."""
    async with open_storage(url, clock, SETTINGS) as storage:
        yield storage
