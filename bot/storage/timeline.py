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

_LATEST = 2**31 - 1
_ALL_SHOWN = (
    select(timeline, letters.c.event_id)
    .outerjoin(letters, letters.c.id == timeline.c.letter_id)
    .join(accounts, accounts.c.id == timeline.c.account_id)
    .where(
        accounts.c.channel == bindparam("channel"),
        accounts.c.user == bindparam("user"),
        timeline.c.cursor > accounts.c.hidden_cursor,
    )
)
_SHOWN = _ALL_SHOWN.where(timeline.c.cursor > bindparam("after")).order_by(timeline.c.cursor)
_BACK = _ALL_SHOWN.where(timeline.c.cursor < bindparam("before")).order_by(timeline.c.cursor.desc())
_PAGE = _SHOWN.limit(bindparam("limit"))
_REST_OF_TURN = _SHOWN.where(timeline.c.turn == bindparam("turn"))
_PAGE_BACK = _BACK.limit(bindparam("limit"))
_START_OF_TURN = _BACK.where(timeline.c.turn == bindparam("turn"))


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

        return [_item(row, account) for row in await self._database.read(page)]

    async def before(self, account: Account, cursor: int | None, limit: int) -> Sequence[Item]:
        where = {"channel": account.channel, "user": account.user}
        end = {"before": _LATEST if cursor is None else cursor, "limit": limit}

        def page(connection: Connection) -> list[Row[*tuple[Any, ...]]]:
            rows = list(connection.execute(_PAGE_BACK, {**where, **end}).all())
            if len(rows) == limit:
                first = {"before": rows[-1].cursor, "turn": rows[-1].turn}
                rows += connection.execute(_START_OF_TURN, {**where, **first}).all()
            return rows[::-1]

        return [_item(row, account) for row in await self._database.read(page)]


def _item(row: Row[*tuple[Any, ...]], account: Account) -> Item:
    return Item(
        cursor=row.cursor,
        account=account,
        author=row.author,
        at=row.at,
        content=load_outbound(row.content),
        name=row.name,
        picture=row.picture,
        message=row.event_id,
    )
