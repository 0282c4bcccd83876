"""Telegram's table is made by the migrations, as the channel declares it; leases hold in it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from bot.storage.database import Database, connect
from connectors.telegram.lease import Lease, metadata

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """A migrated database, on SQLite and on PostgreSQL."""
    database = connect(url)
    yield database
    await database.close()


async def test_migrations_make_the_table_as_it_is_declared(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        only = {"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
        return list(compare_metadata(MigrationContext.configure(connection, opts=only), metadata))

    assert await database.read(differences) == []


async def test_one_process_at_a_time_may_poll(database: Database, url: str) -> None:
    moments = [NOW]
    elsewhere = connect(url)
    first = Lease(database, "42", lambda: moments[-1])
    second = Lease(elsewhere, "42", lambda: moments[-1])
    try:
        assert await first.take(60)
        assert not await second.take(60)
        assert await Lease(elsewhere, "another bot", lambda: NOW).take(60)
        moments.append(NOW + timedelta(seconds=61))
        assert await second.take(60)
        assert not await first.take(60)
        await second.give_back()
        assert await first.take(60)
    finally:
        await elsewhere.close()
