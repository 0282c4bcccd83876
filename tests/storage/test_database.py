"""The schema, the file lock, and writes that share a transaction."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text

from bot.errors import Misconfigured
from bot.storage import exclusive, upgrade
from bot.storage.database import Database, connect
from bot.storage.group_commit import GroupCommit
from bot.storage.tables import PERSONAL_COLUMNS, customers, metadata
from tests.storage.counter import REAL


def add(name: str) -> Any:
    def work(connection: Connection) -> str:
        connection.execute(insert(customers), {"id": name, "created_at": REAL})
        return name

    return work


async def names(database: Database) -> list[str]:
    found = select(customers.c.id).order_by(customers.c.id)
    return list(await database.read(lambda c: c.execute(found).scalars().all()))


async def test_the_migrations_make_the_tables_the_code_knows(url: str) -> None:
    await upgrade(url)  # again, while a loop runs: changes nothing
    database = connect(url)

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in metadata.tables

    def compared(connection: Connection) -> Any:
        context = MigrationContext.configure(connection, opts={"include_name": ours})
        return compare_metadata(context, metadata)

    differences = await database.transact(compared)
    await database.close()
    assert differences == []


async def test_personal_columns_are_all_there() -> None:
    for table, columns in PERSONAL_COLUMNS.items():
        assert set(columns) <= set(metadata.tables[table].columns.keys())


async def test_free_text_is_either_personal_or_plainly_not() -> None:
    plain = {"outbox": {"key"}, "pending_acts": {"key"}, "letters": {"event_id"}}
    for name, table in metadata.tables.items():
        free = {c.name for c in table.columns if (getattr(c.type, "length", 0) or 999) > 200}
        kinds = {c.name for c in table.columns if c.type.python_type is str}
        assert free & kinds <= {*PERSONAL_COLUMNS.get(name, ()), *plain.get(name, set())}


async def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'new' / 'counter.db'}")

    def pragmas(connection: Connection) -> list[Any]:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [connection.execute(text(f"PRAGMA {name}")).scalar() for name in asked]

    assert await database.read(pragmas) == ["wal", 2, 1, 10_000]
    await database.close()


async def test_only_a_lease_does_not_wait_for_the_disk(url: str) -> None:
    database = connect(url)
    sqlite = url.startswith("sqlite")
    ask = "PRAGMA synchronous" if sqlite else "SHOW synchronous_commit"
    lasting, fleeting = (2, 1) if sqlite else ("on", "off")

    def how(connection: Connection) -> Any:
        return connection.exec_driver_sql(ask).scalar_one()

    assert await database.write(how) == lasting
    assert await database.write(how, durable=False) == fleeting
    together = [database.write(how, durable=False), database.write(how), database.write(how)]
    assert await asyncio.gather(*together) == [lasting] * 3
    assert await database.write(how) == lasting
    await database.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(Misconfigured):
        connect(url)


def test_one_process_serves_a_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'var' / 'counter.db'}"
    with exclusive(url), pytest.raises(Misconfigured, match="already serves"), exclusive(url):
        pass
    with exclusive(url):
        pass


def test_several_processes_share_postgresql() -> None:
    with exclusive("postgresql://shop/db"), exclusive("postgresql://shop/db"):
        pass


async def test_writes_that_wait_together_share_a_transaction() -> None:
    transactions: list[list[str]] = []
    first = asyncio.Event()

    async def transact(work: Any, *, durable: bool) -> Any:
        assert durable
        await first.wait()
        done: list[str] = work(None)
        transactions.append(done)
        return done

    commits = GroupCommit(transact)
    writing = [asyncio.create_task(commits.write(lambda _c: "alone", ""))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for name in ("c", "a", "b"):
        writing.append(asyncio.create_task(commits.write(lambda _c, n=name: n, name)))
    await asyncio.sleep(0)
    first.set()
    assert await asyncio.gather(*writing) == ["alone", "c", "a", "b"]
    assert transactions == [["alone"], ["a", "b", "c"]]


async def test_only_the_write_at_fault_fails(url: str) -> None:
    database = connect(url)
    await database.write(add("2"))
    done = await asyncio.gather(
        *(database.write(add(str(n))) for n in range(5)), return_exceptions=True
    )
    assert [isinstance(result, Exception) for result in done] == [False, False, True, False, False]
    assert await names(database) == ["0", "1", "2", "3", "4"]
    await database.close()


async def test_a_writer_who_no_longer_waits_does_not_stop_the_others(url: str) -> None:
    database = connect(url)
    writing = [asyncio.create_task(database.write(add(str(n)))) for n in range(3)]
    await asyncio.sleep(0)
    writing[1].cancel()
    await asyncio.gather(*writing, return_exceptions=True)
    assert set(await names(database)) >= {"0", "2"}
    await database.close()


async def test_closing_waits_for_what_is_being_written(url: str) -> None:
    database = connect(url)
    writing = asyncio.create_task(database.write(add("x")))
    await asyncio.sleep(0)
    await database.close()
    assert await writing == "x"
