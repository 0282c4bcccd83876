"""Who works here: kept by the operator."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk.log_in import folded
from bot.desk.passwords import Passwords
from bot.errors import MadoguchiError, Misconfigured
from bot.ports import Agent, Agents, Audited, DeskAudit, Role

_EMAIL = re.compile(r"[^\s@,]+@[^\s@,]+")
_PICTURE = re.compile(r"(https?:/)?/[^\s]{1,490}")
_TOPIC = re.compile(r"\w[\w-]{0,31}")


@dataclass(frozen=True)
class NewAgent:
    """Somebody to be added; the fields are those of `bot.ports.Agent`."""

    email: str
    name: str
    role: Role
    store_id: str | None = None
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    picture: str | None = None

    def faults(self, spoken: Sequence[str]) -> list[str]:
        """All that is wrong with it, where the counter speaks these languages."""
        topics = [topic for topic in self.topics if not _TOPIC.fullmatch(topic)]
        unknown = [language for language in self.languages if language not in spoken]
        checks = {
            "the e-mail address must be like name@shop.example": bool(
                _EMAIL.fullmatch(self.email) and len(self.email) <= 254 and self.email.isprintable()
            ),
            "the name must have 1 to 100 characters": 0 < len(self.name) <= 100
            and self.name.isprintable(),
            "role store needs --store": self.role != "store" or bool(self.store_id),
            "the picture must be an address, or a path on our own host": self.picture is None
            or bool(_PICTURE.fullmatch(self.picture)),
            "the store's id must have at most 64 characters": len(self.store_id or "") <= 64,
            f"languages: {', '.join(unknown)}: not among {', '.join(spoken)}": not unknown,
            "topics must be words of at most 32 letters, digits, - and _": not topics,
            "topics must have at most 200 characters together": len(",".join(self.topics)) <= 200,
        }
        return [fault for fault, well in checks.items() if not well]


class Roster:
    """Adds agents, lists them, lets them in and keeps them out. All changes are audited."""

    def __init__(
        self, agents: Agents, audit: DeskAudit, passwords: Passwords, languages: Sequence[str]
    ) -> None:
        self._agents = agents
        self._audit = audit
        self._passwords = passwords
        self._languages = languages

    async def add(self, new: NewAgent, password: str | None) -> Agent:
        """One more; without a password they come by single sign-on only.

        Raises `Misconfigured` for what cannot be, `MadoguchiError` for an e-mail that is taken.
        """
        if faults := new.faults(self._languages):
            raise Misconfigured(faults)
        hashed = await self._passwords.hash(password) if password is not None else None
        agent = Agent(
            uuid.uuid4().hex,
            folded(new.email),
            new.name,
            new.role,
            new.store_id,
            new.languages,
            new.topics,
            new.picture,
        )
        if not await self._agents.add(agent, hashed):
            raise MadoguchiError("there is an agent with this e-mail already")
        await self._audit.note(Audited("agent_added", detail=f"{agent.id} {new.role}"))
        return agent

    async def listed(self) -> Sequence[Agent]:
        """All of them, by name, disabled ones too."""
        return await self._agents.listed()

    async def disable(self, email: str) -> None:
        """They are out at once and cannot log in. Raises `MadoguchiError` for nobody's e-mail."""
        agent = await self._named(email)
        await self._agents.disable(agent.id)
        await self._audit.note(Audited("agent_disabled", detail=agent.id))

    async def enable(self, email: str) -> None:
        """They can log in again. Raises `MadoguchiError` for nobody's e-mail."""
        agent = await self._named(email)
        await self._agents.enable(agent.id)
        await self._audit.note(Audited("agent_enabled", detail=agent.id))

    async def set_password(self, email: str, password: str) -> None:
        """Another password; who is logged in is out at once.

        Raises `Misconfigured` for a bad password, `MadoguchiError` for nobody's e-mail.
        """
        agent = await self._named(email)
        await self._agents.set_password(agent.id, await self._passwords.hash(password))
        await self._audit.note(Audited("password_changed", detail=agent.id))

    async def _named(self, email: str) -> Agent:
        known = await self._agents.by_email(folded(email))
        if known is None:
            raise MadoguchiError("there is no agent with this e-mail")
        return known[0]
