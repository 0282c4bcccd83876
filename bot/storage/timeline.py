"""What was said, by account, from the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from bot.channel import Item
from bot.messages import Account
from bot.storage.database import Database
from bot.storage.encoding import load_outbound
from bot.storage.tables import accounts, letters, timeline

_SHOWN = (
    select(timeline, letters.c.event_id)
    .outerjoin(letters, letters.c.id == timeline.c.letter_id)
    .join(accounts, accounts.c.id == timeline.c.account_id)
    .where(
        accounts.c.channel == bindparam("channel"),
        accounts.c.user == bindparam("user"),
        timeline.c.cursor > bindparam("after"),
        timeline.c.cursor > accounts.c.hidden_cursor,
    )
    .order_by(timeline.c.cursor)
)
_PAGE = _SHOWN.limit(bindparam("limit"))
_REST_OF_TURN = _SHOWN.where(timeline.c.turn == bindparam("turn"))


class SqlTimeline:
    """`bot.ports.Timeline`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, account: Account, cursor: int, limit: int) -> Sequence[Item]:
        where = {"channel": account.channel, "user": account.user}

        def page(connection: Connection) -> list[Row[*tuple[Any, ...]]]:
            rows = list(connection.execute(_PAGE, {**where, "after": cursor, "limit": limit}).all())
            if len(rows) == limit:
                last = {"after": rows[-1].cursor, "turn": rows[-1].turn}
                rows += connection.execute(_REST_OF_TURN, {**where, **last}).all()
            return rows

        return [
            Item(
                cursor=row.cursor,
                account=account,
                author=row.author,
                at=row.at,
                content=load_outbound(row.content),
                name=row.name,
                message=row.event_id,
            )
            for row in await self._database.read(page)
        ]
