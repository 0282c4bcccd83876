"""What waits for a person, from the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.dialogue import codec
from bot.messages import Account
from bot.ports import OpenRequest, Undelivered
from bot.storage.database import Database
from bot.storage.tables import accounts, desk_requests, outbox

_OPEN = select(desk_requests).order_by(desk_requests.c.since, desk_requests.c.id)
_DEAD = (
    select(outbox, accounts.c.channel, accounts.c.user)
    .join(accounts, accounts.c.id == outbox.c.account_id)
    .where(outbox.c.dead_at.is_not(None))
    .order_by(outbox.c.dead_at, outbox.c.id)
)


class SqlDesk:
    """`bot.ports.Desk`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_requests(self) -> Sequence[OpenRequest]:
        rows = await self._database.scan(lambda c: c.execute(_OPEN).all())
        return [
            OpenRequest(row.id, row.reason, row.since, row.customer_id, codec.loads(row.summary))
            for row in rows
        ]

    async def undelivered(self) -> Sequence[Undelivered]:
        rows = await self._database.scan(lambda c: c.execute(_DEAD).all())
        return [
            Undelivered(row.key, Account(row.channel, row.user), row.reason, row.dead_at)
            for row in rows
        ]
