"""LINE's tables are made by the migrations, and pushes are counted in them on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from bot.storage.database import Database, connect
from connectors.line.arrivals import KEPT, Arrivals
from connectors.line.pushes import Pushes, metadata

NOW = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
"""Midnight in Tokyo."""


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """A migrated database."""
    database = connect(url)
    yield database
    await database.close()


async def test_migrations_make_the_tables_as_they_are_declared(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        only = {"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
        return list(compare_metadata(MigrationContext.configure(connection, opts=only), metadata))

    assert await database.read(differences) == []


async def test_a_push_is_counted_once_for_its_key_until_its_fate_is_known(
    database: Database,
) -> None:
    pushes = Pushes(database, lambda: NOW, budget=3)
    assert await pushes.used() == 0
    for _ in range(2):
        assert await pushes.begin("key-1", ["a/0", "b/0"], recipients=2)
    assert await pushes.used() == 2
    assert await pushes.begun(["a/0", "c/0"]) == {"a/0": "key-1"}
    assert not await pushes.begin("key-2", ["c/0"], recipients=2)
    assert await pushes.begun(["c/0"]) == {}
    await pushes.settle("key-1")
    assert await pushes.begun(["a/0"]) == {}
    assert await pushes.used() == 2


async def test_a_push_that_was_refused_is_given_back(database: Database) -> None:
    pushes = Pushes(database, lambda: NOW, budget=1)
    assert await pushes.begin("key-1", ["a/0"], recipients=1)
    await pushes.settle("key-1", give_back=1)
    assert await pushes.used() == 0
    assert await pushes.begin("key-2", ["b/0"], recipients=1)


async def test_months_begin_at_midnight_in_tokyo(database: Database) -> None:
    before, after = (Pushes(database, lambda at=at: at, 1) for at in (NOW, NEXT_MONTH))
    assert await before.begin("key-1", ["a/0"], recipients=1)
    assert not await before.begin("key-2", ["b/0"], recipients=1)
    assert await after.begin("key-2", ["b/0"], recipients=1)


async def test_processes_side_by_side_keep_one_budget(database: Database) -> None:
    pushes = [Pushes(database, lambda: NOW, budget=3) for _ in range(8)]
    begun = await asyncio.gather(
        *(each.begin(f"key-{n}", [f"{n}/0"], recipients=1) for n, each in enumerate(pushes))
    )
    assert sum(begun) == 3
    assert await pushes[0].used() == 3


async def test_what_arrived_is_known_to_all_processes_for_a_day(database: Database) -> None:
    now = NOW
    arrivals = Arrivals(database, lambda: now)
    await arrivals.note(["k1/0", "k1/1"])
    await arrivals.note([])
    assert await Arrivals(database, lambda: now).among(["k1/1", "k1/2"]) == {"k1/1"}
    now += KEPT + timedelta(seconds=1)
    await arrivals.note(["k2/0"])
    assert await arrivals.among(["k1/0", "k2/0"]) == {"k2/0"}
