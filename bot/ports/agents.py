"""The staff: who they are, their sessions on the desk, and what they did. All times are real."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

Role = Literal["agent", "supervisor", "admin", "store"]
Status = Literal["online", "away"]

SESSION_IDLE = timedelta(hours=8)
SESSION_LASTS = timedelta(hours=24)
PRESENT_FOR = timedelta(seconds=60)
"""How long somebody counts as there after they were last seen."""
TOUCH_EVERY = timedelta(seconds=20)
"""A session in use is written down no more often."""


@dataclass(frozen=True)
class Agent:
    """One of the staff; of role "store" only with the `store_id` they work for.

    `email` is in lower case. `languages` and `topics` are what they answer in and about, nothing
    for all. `picture` is an address customers may be shown. `subject` is who they are to the
    operator's single sign-on, once they came by it.
    """

    id: str
    email: str
    name: str
    role: Role
    store_id: str | None = None
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    picture: str | None = None
    status: Status = "online"
    seen_at: datetime | None = None
    disabled_at: datetime | None = None
    subject: str | None = None

    def present(self, now: datetime) -> bool:
        """Whether they take new conversations now: online, and seen lately. A store takes none."""
        lately = self.seen_at is not None and self.seen_at > now - PRESENT_FOR
        takes = self.role != "store" and self.status == "online" and self.disabled_at is None
        return lately and takes


@dataclass(frozen=True)
class Session:
    """Somebody logged in; `key` names the session and is of no use to log in with."""

    key: str
    csrf: str
    agent: Agent


@dataclass(frozen=True)
class Audited:
    """What was done, by whom (None: the operator), and to whose talk. No personal data."""

    action: str
    agent_id: str | None = None
    conversation_id: str | None = None
    customer_id: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class AuditEntry:
    """A line of the audit log; `agent_name` as they are called now."""

    id: int
    at: datetime
    agent_name: str | None
    what: Audited


class Agents(Protocol):
    """Who works here, and who is there now."""

    async def add(self, agent: Agent, password_hash: str | None) -> bool:
        """One more; False when somebody has this e-mail already, disabled or not."""

    async def listed(self) -> Sequence[Agent]:
        """All of them, by name, disabled ones too."""

    async def present(self) -> Sequence[Agent]:
        """Who takes new conversations now, by name."""

    async def find(self, agent_id: str) -> Agent | None:
        """One by id."""

    async def names(self, ids: Collection[str]) -> Mapping[str, str]:
        """What these are called, by id."""

    async def by_email(self, email: str) -> tuple[Agent, str | None] | None:
        """One by e-mail (lower case), with the hash of their password, if they have one."""

    async def set_password(self, agent_id: str, password_hash: str) -> None:
        """Another password; all their sessions end."""

    async def rehash(self, agent_id: str, old: str, new: str) -> None:
        """The same password hashed anew, unless it was changed meanwhile."""

    async def disable(self, agent_id: str) -> None:
        """They can no longer log in; all their sessions end."""

    async def enable(self, agent_id: str) -> None:
        """They can log in again; single sign-on gets to know them anew."""

    async def set_status(self, agent_id: str, status: Status) -> None:
        """Whether they take new conversations."""

    async def recognise(self, agent_id: str, subject: str, role: Role) -> bool:
        """They came by single sign-on, with this role; False when they are known as another."""

    async def seen(self, agent_id: str) -> None:
        """They are there at this moment."""


class DeskSessions(Protocol):
    """Who is logged in, and who failed to."""

    async def open(self, key: str, csrf: str, agent_id: str) -> None:
        """Somebody logged in and is there."""

    async def find(self, key: str) -> Session | None:
        """The session, unless it ended or its agent was disabled; finding it is using it.

        It ends when unused for `SESSION_IDLE`, and `SESSION_LASTS` after the log-in at the latest.
        """

    async def alive(self, key: str) -> bool:
        """Whether the session still is; looking does not keep it so, but its agent is there."""

    async def close(self, key: str) -> None:
        """Log out; whose last session it was is no longer there."""

    async def attempt(self, free: Mapping[str, int]) -> datetime | None:
        """Somebody is about to try a password: count it as a miss on each of these keys.

        `free` says how many misses each key has before a pause, which doubles with every further
        one. Returns when to come back where a pause is on; then nothing is counted.
        """

    async def forgive(self, forgotten: str, lessened: str) -> None:
        """The password was right: forget one key's misses, and take one off the other's."""


class DeskAudit(Protocol):
    """What the staff did and looked at."""

    async def note(self, what: Audited) -> None:
        """Write it down, as of now."""

    async def entries(self, *, before: int | None, limit: int) -> Sequence[AuditEntry]:
        """The latest lines, or those before one, latest first."""

    async def forget(self, before: datetime) -> int:
        """Drop what was written down before then (real time); how many lines there were."""
