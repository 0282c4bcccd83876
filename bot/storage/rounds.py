"""Whose turn a piece of work is, in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, update

from bot.ports import Clock
from bot.storage import accounts as shared
from bot.storage.database import Database
from bot.storage.tables import rounds

_DUE = (
    update(rounds)
    .where(rounds.c.name == bindparam("which"), rounds.c.due_at <= bindparam("now"))
    .values(due_at=bindparam("until"))
    .returning(rounds.c.failures)
)


class SqlRounds:
    """`bot.ports.Rounds`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, name: str, *, lease_seconds: float) -> int | None:
        now = self._clock.real()
        due = {"which": name, "now": now, "until": now + timedelta(seconds=lease_seconds)}

        def work(connection: Connection) -> int | None:
            new = shared.insert_new(connection.dialect.name, rounds)
            connection.execute(new, {"name": name, "due_at": now, "failures": 0})
            failures: int | None = connection.execute(_DUE, due).scalar()
            return failures

        return await self._database.write(work)

    async def again(self, name: str, at: datetime, *, failures: int = 0) -> None:
        later = update(rounds).where(rounds.c.name == name).values(due_at=at, failures=failures)
        await self._database.write(lambda c: c.execute(later))
