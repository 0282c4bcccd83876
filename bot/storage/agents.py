"""The staff and what they did, in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.ports import Agent, Audited, AuditEntry, Clock, Role, Status
from bot.ports.agents import PRESENT_FOR
from bot.storage.accounts import insert_new
from bot.storage.database import Database
from bot.storage.tables import agents, desk_audit, desk_sessions

COLUMNS: tuple[Any, ...] = tuple(agents.c[name] for name in Agent.__dataclass_fields__)
_ALL = select(*COLUMNS).order_by(agents.c.name, agents.c.id)


def agent_of(row: Any) -> Agent:
    """The agent in a row of `COLUMNS`, whatever else is in it."""
    fields = {name: getattr(row, name) for name in Agent.__dataclass_fields__}
    for name in ("languages", "topics"):
        fields[name] = tuple(fields[name].split(",")) if fields[name] else ()
    return Agent(**fields)


class SqlAgents:
    """`bot.ports.Agents`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, agent: Agent, password_hash: str | None) -> bool:
        row = {name: getattr(agent, name) for name in Agent.__dataclass_fields__}
        row |= {name: ",".join(row[name]) for name in ("languages", "topics")}
        row |= {"password_hash": password_hash, "created_at": self._clock.real()}

        def work(connection: Connection) -> bool:
            new = insert_new(connection.dialect.name, agents).returning(agents.c.id)
            return connection.execute(new, row).first() is not None

        return await self._database.write(work)

    async def listed(self) -> Sequence[Agent]:
        rows = await self._database.read(lambda c: c.execute(_ALL).all())
        return [agent_of(row) for row in rows]

    async def present(self) -> Sequence[Agent]:
        now = self._clock.real()
        lately = _ALL.where(agents.c.seen_at > now - PRESENT_FOR)
        rows = await self._database.read(lambda c: c.execute(lately).all())
        return [agent for agent in map(agent_of, rows) if agent.present(now)]

    async def find(self, agent_id: str) -> Agent | None:
        found = select(*COLUMNS).where(agents.c.id == agent_id)
        row = await self._database.read(lambda c: c.execute(found).first())
        return agent_of(row) if row else None

    async def names(self, ids: Collection[str]) -> Mapping[str, str]:
        called = select(agents.c.id, agents.c.name).where(agents.c.id.in_(ids))
        rows = await self._database.read(lambda c: c.execute(called).all()) if ids else ()
        return {row.id: row.name for row in rows}

    async def by_email(self, email: str) -> tuple[Agent, str | None] | None:
        found = select(*COLUMNS, agents.c.password_hash).where(agents.c.email == email)
        row = await self._database.read(lambda c: c.execute(found).first())
        return (agent_of(row), row.password_hash) if row else None

    async def set_password(self, agent_id: str, password_hash: str) -> None:
        await self._change_and_end_sessions(agent_id, password_hash=password_hash)

    async def rehash(self, agent_id: str, old: str, new: str) -> None:
        same = (agents.c.id == agent_id) & (agents.c.password_hash == old)
        change = update(agents).where(same).values(password_hash=new)
        await self._database.write(lambda c: c.execute(change))

    async def disable(self, agent_id: str) -> None:
        await self._change_and_end_sessions(agent_id, disabled_at=self._clock.real(), seen_at=None)

    async def _change_and_end_sessions(self, agent_id: str, **values: Any) -> None:
        def work(connection: Connection) -> None:
            # The agent first: opening a session locks in the same order.
            connection.execute(update(agents).where(agents.c.id == agent_id).values(values))
            connection.execute(delete(desk_sessions).where(desk_sessions.c.agent_id == agent_id))

        await self._database.write(work)

    async def enable(self, agent_id: str) -> None:
        await self._set(agent_id, disabled_at=None, subject=None)

    async def set_status(self, agent_id: str, status: Status) -> None:
        await self._set(agent_id, status=status)

    async def recognise(self, agent_id: str, subject: str, role: Role) -> bool:
        same = agents.c.subject.is_(None) | (agents.c.subject == subject)
        change = update(agents).where(agents.c.id == agent_id, same)
        change = change.values(subject=subject, role=role)
        return bool(await self._database.write(lambda c: c.execute(change).rowcount))

    async def seen(self, agent_id: str) -> None:
        await self._set(agent_id, seen_at=self._clock.real())

    async def _set(self, agent_id: str, **values: Any) -> None:
        change = update(agents).where(agents.c.id == agent_id).values(values)
        await self._database.write(lambda c: c.execute(change))


class SqlDeskAudit:
    """`bot.ports.DeskAudit`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note(self, what: Audited) -> None:
        row = {name: getattr(what, name) for name in Audited.__dataclass_fields__}
        row["at"] = self._clock.real()
        await self._database.write(lambda c: c.execute(insert(desk_audit), row))

    async def forget(self, before: datetime) -> int:
        old = delete(desk_audit).where(desk_audit.c.at < before)
        return await self._database.write(lambda c: c.execute(old).rowcount)

    async def entries(self, *, before: int | None, limit: int) -> Sequence[AuditEntry]:
        latest = (
            select(desk_audit, agents.c.name)
            .join(agents, agents.c.id == desk_audit.c.agent_id, isouter=True)
            .order_by(desk_audit.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            latest = latest.where(desk_audit.c.id < before)
        rows = await self._database.read(lambda c: c.execute(latest).all())
        return [
            AuditEntry(
                row.id,
                row.at,
                row.name,
                Audited(**{name: getattr(row, name) for name in Audited.__dataclass_fields__}),
            )
            for row in rows
        ]
