"""The staff, their sessions and what they did, in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from bot.ports import Agent, Audited, AuditEntry, Clock, Role, Session, Status
from bot.ports.agents import SESSION_IDLE, SESSION_LASTS, TOUCH_EVERY
from bot.storage.pausing import FORGOTTEN_AFTER, may_try_at


@dataclass
class _LoggedIn:
    csrf: str
    agent_id: str
    created_at: datetime
    used_at: datetime

    def live(self, now: datetime) -> bool:
        return self.used_at > now - SESSION_IDLE and self.created_at > now - SESSION_LASTS


@dataclass
class Staff:
    """What the ports of the staff share."""

    clock: Clock
    agents: dict[str, Agent] = field(default_factory=dict)
    passwords: dict[str, str | None] = field(default_factory=dict)
    sessions: dict[str, _LoggedIn] = field(default_factory=dict)
    misses: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    audit: list[tuple[datetime, Audited]] = field(default_factory=list)
    forgotten: int = 0

    def change(self, agent_id: str, **values: object) -> None:
        if agent_id in self.agents:
            self.agents[agent_id] = replace(self.agents[agent_id], **values)  # type: ignore[arg-type]

    def end_sessions(self, agent_id: str) -> None:
        for key in [key for key, made in self.sessions.items() if made.agent_id == agent_id]:
            del self.sessions[key]


class MemoryAgents:
    """`bot.ports.Agents`."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    async def add(self, agent: Agent, password_hash: str | None) -> bool:
        if any(known.email == agent.email for known in self._staff.agents.values()):
            return False
        self._staff.agents[agent.id] = agent
        self._staff.passwords[agent.id] = password_hash
        return True

    async def listed(self) -> Sequence[Agent]:
        return sorted(self._staff.agents.values(), key=lambda agent: (agent.name, agent.id))

    async def present(self) -> Sequence[Agent]:
        now = self._staff.clock.real()
        return [agent for agent in await self.listed() if agent.present(now)]

    async def find(self, agent_id: str) -> Agent | None:
        return self._staff.agents.get(agent_id)

    async def names(self, ids: Collection[str]) -> Mapping[str, str]:
        return {one.id: one.name for one in await self.listed() if one.id in ids}

    async def by_email(self, email: str) -> tuple[Agent, str | None] | None:
        for agent in self._staff.agents.values():
            if agent.email == email:
                return agent, self._staff.passwords[agent.id]
        return None

    async def set_password(self, agent_id: str, password_hash: str) -> None:
        self._staff.passwords[agent_id] = password_hash
        self._staff.end_sessions(agent_id)

    async def rehash(self, agent_id: str, old: str, new: str) -> None:
        if self._staff.passwords.get(agent_id) == old:
            self._staff.passwords[agent_id] = new

    async def disable(self, agent_id: str) -> None:
        self._staff.change(agent_id, disabled_at=self._staff.clock.real(), seen_at=None)
        self._staff.end_sessions(agent_id)

    async def enable(self, agent_id: str) -> None:
        self._staff.change(agent_id, disabled_at=None, subject=None)

    async def set_status(self, agent_id: str, status: Status) -> None:
        self._staff.change(agent_id, status=status)

    async def recognise(self, agent_id: str, subject: str, role: Role) -> bool:
        known = self._staff.agents.get(agent_id)
        if known is None or known.subject not in (None, subject):
            return False
        self._staff.change(agent_id, subject=subject, role=role)
        return True

    async def seen(self, agent_id: str) -> None:
        self._staff.change(agent_id, seen_at=self._staff.clock.real())


class MemoryDeskSessions:
    """`bot.ports.DeskSessions`."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    async def open(self, key: str, csrf: str, agent_id: str) -> None:
        now = self._staff.clock.real()
        self._staff.sessions[key] = _LoggedIn(csrf, agent_id, now, now)
        self._staff.change(agent_id, seen_at=now)

    async def find(self, key: str) -> Session | None:
        session, now = self._live(key), self._staff.clock.real()
        if session is None:
            return None
        agent = self._staff.agents[session.agent_id]
        if session.used_at <= now - TOUCH_EVERY:
            session.used_at = now
            self._staff.change(agent.id, seen_at=now)
        return Session(key, session.csrf, agent)

    async def alive(self, key: str) -> bool:
        session = self._live(key)
        if session is not None:
            self._staff.change(session.agent_id, seen_at=self._staff.clock.real())
        return session is not None

    def _live(self, key: str) -> _LoggedIn | None:
        session = self._staff.sessions.get(key)
        if session is None or not session.live(self._staff.clock.real()):
            return None
        return None if self._staff.agents[session.agent_id].disabled_at else session

    async def close(self, key: str) -> None:
        session = self._staff.sessions.pop(key, None)
        others = (other.agent_id for other in self._staff.sessions.values())
        if session is not None and session.agent_id not in others:
            self._staff.change(session.agent_id, seen_at=None)

    async def attempt(self, free: Mapping[str, int]) -> datetime | None:
        now, misses = self._staff.clock.real(), self._staff.misses
        for key in [key for key, (_, at) in misses.items() if at <= now - FORGOTTEN_AFTER]:
            del misses[key]
        so_far = {key: misses.get(key, (0, now)) for key in free}
        until = max(may_try_at(*so_far[key], free[key]) for key in free)
        if until > now:
            return until
        misses.update({key: (count + 1, now) for key, (count, _) in so_far.items()})
        return None

    async def forgive(self, forgotten: str, lessened: str) -> None:
        self._staff.misses.pop(forgotten, None)
        if lessened in self._staff.misses:
            count, at = self._staff.misses[lessened]
            self._staff.misses[lessened] = (max(count - 1, 0), at)


class MemoryDeskAudit:
    """`bot.ports.DeskAudit`."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    async def note(self, what: Audited) -> None:
        self._staff.audit.append((self._staff.clock.real(), what))

    async def entries(self, *, before: int | None, limit: int) -> Sequence[AuditEntry]:
        numbered = list(enumerate(self._staff.audit, self._staff.forgotten + 1))
        older = ((n, line) for n, line in reversed(numbered) if before is None or n < before)
        return [
            AuditEntry(number, at, self._name(what.agent_id), what)
            for number, (at, what) in islice(older, limit)
        ]

    async def forget(self, before: datetime) -> int:
        kept = [(at, what) for at, what in self._staff.audit if at >= before]
        dropped = len(self._staff.audit) - len(kept)
        self._staff.audit, self._staff.forgotten = kept, self._staff.forgotten + dropped
        return dropped

    def _name(self, agent_id: str | None) -> str | None:
        agent = self._staff.agents.get(agent_id or "")
        return agent.name if agent else None
