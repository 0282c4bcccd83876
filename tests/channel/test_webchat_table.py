"""The web chat's table is made by the migrations, as the channel declares it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from bot.storage.database import Database, connect
from bot.storage.migrating import upgrade
from connectors.webchat import Session, SqlSessions
from connectors.webchat.sessions_sql import metadata


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated database."""
    url = f"sqlite:///{tmp_path / 'counter.db'}"
    await upgrade(url)
    database = connect(url)
    yield database
    await database.close()


async def test_migrations_make_the_table_as_it_is_declared(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        only = {"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
        return list(compare_metadata(MigrationContext.configure(connection, opts=only), metadata))

    assert await database.read(differences) == []


async def test_sessions_live_in_the_counters_database(database: Database) -> None:
    sessions = SqlSessions(database)
    session = Session("ab" * 32, "user-1", "ja", datetime(2026, 4, 1, 9, 0, tzinfo=UTC))
    await sessions.open(session)
    await sessions.move(session.token_hash, "user-2")
    found = await sessions.find(session.token_hash)
    assert found is not None
    assert found.user == "user-2"
