"""One serving process per SQLite file."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url

from bot.errors import Misconfigured
from bot.storage.database import sqlite_file


@contextmanager
def exclusive(url: str) -> Iterator[None]:
    """Be the only process that serves the SQLite file at `url`; PostgreSQL may be shared.

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
        yield
