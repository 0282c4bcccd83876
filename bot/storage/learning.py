"""What the bot answered wrong, in the database. Its words stay where they were said."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select

from bot.ports import Clock, Correction
from bot.storage.database import Database
from bot.storage.encoding import load_outbound, words_of
from bot.storage.tables import accounts, agents, conversations, desk_corrections, timeline

_asked = timeline.alias("asked")
_before = timeline.alias("before")
_LATEST_WORDS = (
    select(func.max(_before.c.cursor))
    .where(
        _before.c.account_id == timeline.c.account_id,
        _before.c.cursor < timeline.c.cursor,
        _before.c.author == "customer",
    )
    .correlate(timeline)
    .scalar_subquery()
)
_ANSWER = (
    select(conversations.c.id, conversations.c.customer_id)
    .select_from(timeline)
    .join(accounts, accounts.c.id == timeline.c.account_id)
    .join(conversations, conversations.c.customer_id == accounts.c.customer_id)
    .where(
        timeline.c.account_id == bindparam("account"),
        timeline.c.cursor == bindparam("cursor"),
        timeline.c.cursor > accounts.c.hidden_cursor,
        timeline.c.author == "bot",
    )
)
_CORRECTED = (
    select(
        desk_corrections,
        timeline.c.content.label("answer"),
        _asked.c.content.label("words"),
        agents.c.name,
        conversations.c.id.label("talk"),
    )
    .join(
        timeline,
        and_(
            timeline.c.account_id == desk_corrections.c.account_id,
            timeline.c.cursor == desk_corrections.c.cursor,
        ),
    )
    .join(agents, agents.c.id == desk_corrections.c.agent_id)
    .join(accounts, accounts.c.id == timeline.c.account_id)
    .join(conversations, conversations.c.customer_id == accounts.c.customer_id)
    .outerjoin(
        _asked,
        and_(_asked.c.account_id == timeline.c.account_id, _asked.c.cursor == _LATEST_WORDS),
    )
    .order_by(
        desk_corrections.c.at.desc(), desk_corrections.c.account_id, desk_corrections.c.cursor
    )
    .limit(bindparam("limit"))
)


class SqlLearning:
    """`bot.ports.Learning`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def correct(self, item_id: str, agent_id: str, right: str) -> tuple[str, str] | None:
        kind, _, place = item_id.partition("-")
        account, _, cursor = place.partition("-")
        if kind != "t" or not (_is_number(account) and _is_number(cursor)):
            return None
        line = {"account_id": int(account), "cursor": int(cursor)}
        row = {**line, "agent_id": agent_id, "at": self._clock.now(), "right": right}

        def work(connection: Connection) -> tuple[str, str] | None:
            of = {"account": line["account_id"], "cursor": line["cursor"]}
            answer = connection.execute(_ANSWER, of).first()
            if answer is None:
                return None
            connection.execute(
                delete(desk_corrections).where(
                    desk_corrections.c.account_id == line["account_id"],
                    desk_corrections.c.cursor == line["cursor"],
                )
            )
            connection.execute(insert(desk_corrections), row)
            return answer.id, answer.customer_id

        return await self._database.write(work)

    async def corrections(self, limit: int) -> Sequence[Correction]:
        rows = await self._database.scan(lambda c: c.execute(_CORRECTED, {"limit": limit}).all())
        return [
            Correction(
                f"t-{row.account_id}-{row.cursor}",
                row.talk,
                row.at,
                row.name,
                words_of(load_outbound(row.words)) if row.words else "",
                words_of(load_outbound(row.answer)),
                row.right,
            )
            for row in rows
        ]


def _is_number(text: str) -> bool:
    """A number that a key of the database can be."""
    return text.isascii() and text.isdigit() and len(text) <= 9
