"""Pictures and files customers sent, in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.channel import Fetched
from bot.messages import Account
from bot.ports import Clock
from bot.storage import accounts as shared
from bot.storage.database import Database
from bot.storage.tables import accounts, media


class SqlMedia:
    """`bot.ports.MediaStore`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def keep(
        self,
        account: Account,
        fetched: Fetched,
        *,
        key: str,
        name: str | None,
        platform_id: str | None,
    ) -> None:
        def work(connection: Connection) -> None:
            known = shared.find(connection, account)
            if known is None:
                return
            row = {
                "key": key,
                "account_id": known.id,
                "message_id": platform_id,
                "at": self._clock.real(),
                "name": name[:255] if name else None,
                "content_type": fetched.content_type[:100],
                "content": fetched.content,
            }
            connection.execute(shared.insert_new(connection.dialect.name, media), row)

        await self._database.write(work)

    async def of(self, account: Account) -> list[tuple[str, Fetched]]:
        kept = (
            select(media.c.name, media.c.content, media.c.content_type)
            .join(accounts, accounts.c.id == media.c.account_id)
            .where(shared.of(account))
            .order_by(media.c.id)
        )
        rows = await self._database.read(lambda c: c.execute(kept).all())
        return [(row.name or "", Fetched(row.content, row.content_type)) for row in rows]

    async def forget(self, before: datetime) -> int:
        old = delete(media).where(media.c.at < before)
        return await self._database.write(lambda c: c.execute(old).rowcount)
