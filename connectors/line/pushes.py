"""Paid pushes in the counter's database: counted by month, and known again after a crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.config import ZONE

T = TypeVar("T")
RETRY_KEY_LIFE = timedelta(hours=24)
"""LINE knows a retry key for a day."""

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)
line_push_months = Table(
    "line_push_months",
    metadata,
    # "2026-11", in the time zone of the shop.
    Column("month", String(7), primary_key=True),
    Column("pushes", Integer, nullable=False),
)
line_pushes_begun = Table(
    "line_pushes_begun",
    metadata,
    Column("piece", String(300), primary_key=True),
    Column("retry_key", String(36), nullable=False, index=True),
    # Unix time: seconds since 1970, UTC.
    Column("begun_at", BigInteger, nullable=False),
)


class Database(Protocol):
    """What pushes need of a database: functions of a connection, done in a transaction."""

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do `work`, which only reads."""

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` and commit."""


class Pushes:
    """Counts pushes against the operator's budget, one for each recipient.

    A push is counted before it is sent, once for its retry key, and given back when LINE refused
    it. As long as its fate is unknown, the pieces of messages it carries stand beside that key.
    `budget` is the most in a month, None for no limit; `now` is real time.
    """

    def __init__(
        self, database: Database, now: Callable[[], datetime], budget: int | None = None
    ) -> None:
        self._database = database
        self._now = now
        self._budget = budget

    async def begun(self, pieces: Sequence[str]) -> Mapping[str, str]:
        """Which of these pieces are in a push whose fate is unknown, and its retry key."""
        rows = select(line_pushes_begun.c.piece, line_pushes_begun.c.retry_key).where(
            line_pushes_begun.c.piece.in_(pieces),
            line_pushes_begun.c.begun_at > self._long_ago(),
        )
        found = await self._database.read(lambda c: c.execute(rows).all())
        return {row.piece: row.retry_key for row in found}

    async def begin(self, retry_key: str, pieces: Sequence[str], recipients: int) -> bool:
        """Take a push out of the month's budget; False when the budget is gone."""

        def work(connection: Connection) -> bool:
            old = line_pushes_begun.c.begun_at <= self._long_ago()
            connection.execute(delete(line_pushes_begun).where(old))
            again = line_pushes_begun.c.retry_key == retry_key
            if connection.execute(select(line_pushes_begun.c.piece).where(again)).first():
                return True
            if not self._taken(connection, recipients):
                return False
            at = int(self._now().timestamp())
            row = {"retry_key": retry_key, "begun_at": at}
            known = [{"piece": piece, **row} for piece in pieces]
            connection.execute(insert(line_pushes_begun), known)
            return True

        return await self._database.write(work)

    async def settle(self, retry_key: str, *, give_back: int = 0) -> None:
        """The fate of a push is known; `give_back` recipients were not reached."""

        def work(connection: Connection) -> None:
            this = line_pushes_begun.c.retry_key == retry_key
            connection.execute(delete(line_pushes_begun).where(this))
            if give_back:
                self._taken(connection, -give_back)

        await self._database.write(work)

    async def used(self) -> int:
        """How many were pushed this month."""
        row = select(line_push_months.c.pushes).where(line_push_months.c.month == self._month())
        return await self._database.read(lambda c: c.execute(row).scalar()) or 0

    def _taken(self, connection: Connection, recipients: int) -> bool:
        month = line_push_months.c.month == self._month()
        connection.execute(_new_month(connection), {"month": self._month(), "pushes": 0})
        after = line_push_months.c.pushes + recipients
        row = update(line_push_months).where(month).values(pushes=after)
        if self._budget is not None and recipients > 0:
            row = row.where(after <= self._budget)
        return connection.execute(row).rowcount == 1

    def _month(self) -> str:
        return f"{self._now().astimezone(ZoneInfo(ZONE)):%Y-%m}"

    def _long_ago(self) -> int:
        return int((self._now() - RETRY_KEY_LIFE).timestamp())


def _new_month(connection: Connection) -> Any:
    """Insert the month's row unless it is there."""
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    return kind.insert(line_push_months).on_conflict_do_nothing()
