"""One poller at a time, over all processes: who polls holds a lease in the counter's database."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    String,
    Table,
    insert,
    select,
    update,
)

T = TypeVar("T")

metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s"})
telegram_pollers = Table(
    "telegram_pollers",
    metadata,
    # The bot, by the number in its token.
    Column("bot", String(64), primary_key=True),
    Column("holder", String(32), nullable=False),
    # Unix time: seconds since 1970, UTC.
    Column("until", BigInteger, nullable=False),
)


class Database(Protocol):
    """What a lease needs of a database: functions of a connection, done in a transaction."""

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` and commit."""


class Lease:
    """The right to poll for one bot; `now` is real time."""

    def __init__(self, database: Database, bot: str, now: Callable[[], datetime]) -> None:
        self._database = database
        self._bot = bot
        self._now = now
        self._me = secrets.token_hex(8)

    async def take(self, seconds: float) -> bool:
        """Take or renew it for so long; False while somebody else has it."""
        table, now = telegram_pollers, int(self._now().timestamp())
        mine = {"holder": self._me, "until": now + int(seconds)}

        def work(connection: Connection) -> bool:
            free = (table.c.holder == self._me) | (table.c.until <= now)
            taken = update(table).where(table.c.bot == self._bot, free).values(mine)
            if connection.execute(taken).rowcount:
                return True
            known = select(table.c.bot).where(table.c.bot == self._bot)
            if connection.execute(known).first() is not None:
                return False
            connection.execute(insert(table).values(bot=self._bot, **mine))
            return True

        return await self._database.write(work)

    async def give_back(self) -> None:
        """Let another go on at once."""
        table = telegram_pollers
        mine = (table.c.bot == self._bot) & (table.c.holder == self._me)

        def work(connection: Connection) -> None:
            connection.execute(update(table).where(mine).values(until=0))

        await self._database.write(work)
