"""Who is logged in on the desk, and who failed to, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from bot.ports import Clock, Session
from bot.ports.agents import SESSION_IDLE, SESSION_LASTS, TOUCH_EVERY
from bot.storage.accounts import insert_new
from bot.storage.agents import COLUMNS, agent_of
from bot.storage.database import Database
from bot.storage.pausing import FORGOTTEN_AFTER, may_try_at
from bot.storage.tables import agents, desk_sessions, login_misses


class SqlDeskSessions:
    """`bot.ports.DeskSessions`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def open(self, key: str, csrf: str, agent_id: str) -> None:
        now = self._clock.real()
        row = {"key": key, "csrf": csrf, "agent_id": agent_id, "created_at": now, "used_at": now}

        def work(connection: Connection) -> None:
            # The agent first: what ends all their sessions locks in the same order.
            connection.execute(update(agents).where(agents.c.id == agent_id).values(seen_at=now))
            connection.execute(insert(desk_sessions), row)
            connection.execute(delete(desk_sessions).where(~_live(now)))

        await self._database.write(work)

    async def find(self, key: str) -> Session | None:
        now = self._clock.real()
        row = await self._look(key, now)
        if row is None:
            return None
        if row.used_at <= now - TOUCH_EVERY:
            await self._touch(key, row.id, now, used=True)
        return Session(key, row.csrf, agent_of(row))

    async def alive(self, key: str) -> bool:
        now = self._clock.real()
        row = await self._look(key, now)
        if row is not None:
            await self._touch(key, row.id, now, used=False)
        return row is not None

    async def _look(self, key: str, now: datetime) -> Any:
        """The live session's row with its agent's columns, or None."""
        found = (
            select(*COLUMNS, desk_sessions.c.csrf, desk_sessions.c.used_at)
            .join(desk_sessions, desk_sessions.c.agent_id == agents.c.id)
            .where(desk_sessions.c.key == key, _live(now), agents.c.disabled_at.is_(None))
        )
        return await self._database.read(lambda c: c.execute(found).first())

    async def _touch(self, key: str, agent_id: str, now: datetime, *, used: bool) -> None:
        this = desk_sessions.c.key == key
        # Who logs out at this moment is not there again by it.
        there = agents.c.id.in_(select(desk_sessions.c.agent_id).where(this))

        def work(connection: Connection) -> None:
            connection.execute(update(agents).where(there).values(seen_at=now))
            if used:
                connection.execute(update(desk_sessions).where(this).values(used_at=now))

        await self._database.write(work, order=agent_id)

    async def close(self, key: str) -> None:
        def work(connection: Connection) -> None:
            mine = select(desk_sessions.c.agent_id).where(desk_sessions.c.key == key)
            agent_id = connection.execute(mine).scalar()
            if agent_id is None:
                return
            this = select(agents.c.id).where(agents.c.id == agent_id).with_for_update()
            connection.execute(this)
            connection.execute(delete(desk_sessions).where(desk_sessions.c.key == key))
            others = select(desk_sessions.c.agent_id).where(desk_sessions.c.agent_id == agent_id)
            connection.execute(
                update(agents)
                .where(agents.c.id == agent_id, agents.c.id.not_in(others))
                .values(seen_at=None)
            )

        await self._database.write(work)

    async def attempt(self, free: Mapping[str, int]) -> datetime | None:
        now = self._clock.real()
        return await self._database.transact(lambda c: _attempt(c, free, now))

    async def forgive(self, forgotten: str, lessened: str) -> None:
        other = (login_misses.c.key == lessened) & (login_misses.c.misses > 0)
        locked = _locked((forgotten, lessened))

        def work(connection: Connection) -> None:
            connection.execute(locked)
            connection.execute(delete(login_misses).where(login_misses.c.key == forgotten))
            connection.execute(
                update(login_misses).where(other).values(misses=login_misses.c.misses - 1)
            )

        await self._database.transact(work)


def _live(now: datetime) -> Any:
    fresh = desk_sessions.c.used_at > now - SESSION_IDLE
    return fresh & (desk_sessions.c.created_at > now - SESSION_LASTS)


def _attempt(connection: Connection, free: Mapping[str, int], now: datetime) -> datetime | None:
    old = login_misses.c.last_at <= now - FORGOTTEN_AFTER
    connection.execute(delete(login_misses).where(old))
    fresh = [{"key": key, "misses": 0, "last_at": now} for key in sorted(free)]
    connection.execute(insert_new(connection.dialect.name, login_misses), fresh)
    rows = connection.execute(_locked(free)).all()
    until = max((may_try_at(row.misses, row.last_at, free[row.key]) for row in rows), default=now)
    if until > now:
        return until
    counted = {"misses": login_misses.c.misses + 1, "last_at": now}
    connection.execute(update(login_misses).where(login_misses.c.key.in_(free)).values(counted))
    return None


def _locked(keys: Iterable[str]) -> Select[Any]:
    """The rows of these keys, so that many tries at once are counted one after the other."""
    mine = login_misses.c.key.in_(tuple(keys))
    return select(login_misses).where(mine).order_by(login_misses.c.key).with_for_update()
