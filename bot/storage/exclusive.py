"""One serving process per SQLite file."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, make_url, update

from bot.errors import Misconfigured
from bot.storage.database import sqlite_file
from bot.storage.tables import accounts, conversations


@contextmanager
def exclusive(url: str) -> Iterator[None]:
    """Be the only process that serves the SQLite file at `url`; PostgreSQL may be shared.

    Whoever served the file before is gone, so that nobody waits for leases of theirs to run out.

    Raises `Misconfigured` when another process serves it already.
    """
    file = sqlite_file(make_url(url))
    if file is None:
        yield
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(file.name + ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise Misconfigured(
                [
                    f"another process already serves {file}: stop it first, "
                    "or use PostgreSQL, which several processes can share"
                ]
            ) from fault
        _end_leases(file)
        yield


def _end_leases(file: Path) -> None:
    engine = create_engine(URL.create("sqlite", database=str(file)))
    with engine.begin() as connection:
        known = inspect(connection).get_table_names()
        for lease in (conversations.c.lease_until, accounts.c.sending_until):
            if lease.table.name in known:
                connection.execute(update(lease.table).values({lease: None}))
    engine.dispose()
