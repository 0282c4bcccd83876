"""Web chat sessions in the counter's database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Executable,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from connectors.webchat.sessions import Session

T = TypeVar("T")

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)
webchat_sessions = Table(
    "webchat_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user", String(255), nullable=False, index=True),
    Column("locale", String(35)),
    # Unix time: seconds since 1970, UTC.
    Column("expires_at", BigInteger, nullable=False, index=True),
)
_FIND = select(webchat_sessions).where(webchat_sessions.c.token_hash == bindparam("token"))


class Database(Protocol):
    """What sessions need of a database: functions of a connection, done in a transaction."""

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do `work`, which only reads."""

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do `work` and commit."""


class SqlSessions:
    """Sessions in the table `webchat_sessions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, session: Session) -> None:
        await self._write(
            insert(webchat_sessions).values(
                token_hash=session.token_hash,
                user=session.user,
                locale=session.locale,
                expires_at=_unix(session.expires_at),
            )
        )

    async def find(self, token_hash: str) -> Session | None:
        token = {"token": token_hash}
        row = await self._database.read(lambda connection: connection.execute(_FIND, token).first())
        if row is None:
            return None
        expires_at = datetime.fromtimestamp(row.expires_at, UTC)
        return Session(row.token_hash, row.user, row.locale, expires_at)

    async def move(self, token_hash: str, user: str) -> None:
        await self._write(
            update(webchat_sessions)
            .where(webchat_sessions.c.token_hash == token_hash)
            .values(user=user)
        )

    async def extend(self, token_hash: str, expires_at: datetime) -> None:
        await self._write(
            update(webchat_sessions)
            .where(webchat_sessions.c.token_hash == token_hash)
            .values(expires_at=_unix(expires_at))
        )

    async def close(self, token_hash: str) -> None:
        await self._write(
            delete(webchat_sessions).where(webchat_sessions.c.token_hash == token_hash)
        )

    async def purge(self, before: datetime) -> None:
        await self._write(
            delete(webchat_sessions).where(webchat_sessions.c.expires_at < _unix(before))
        )

    async def _write(self, statement: Executable) -> None:
        def work(connection: Connection) -> None:
            connection.execute(statement)

        await self._database.write(work)


def _unix(moment: datetime) -> int:
    return int(moment.timestamp())
