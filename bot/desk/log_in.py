"""How staff come to the desk and leave it: by password, or vouched for by single sign-on."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass

import structlog

from bot.desk.passwords import Passwords
from bot.errors import TooMany
from bot.ports import (
    Agent,
    Agents,
    Audited,
    Clock,
    DeskAudit,
    DeskSessions,
    Role,
    Session,
    Status,
)

FREE_PER_EMAIL = 5
FREE_PER_ADDRESS = 20
"""An office's whole staff may share one address, and mistype on the same morning."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Entered:
    """A new session: its secret `token` is told once and kept nowhere."""

    token: str
    session: Session


class LogIn:
    """The one place where sessions of the desk begin and end. Everything is in the audit log.

    `secret` makes e-mails and addresses that failed to log in unreadable in the database.
    """

    def __init__(
        self,
        agents: Agents,
        sessions: DeskSessions,
        audit: DeskAudit,
        passwords: Passwords,
        clock: Clock,
        secret: str,
    ) -> None:
        self._agents = agents
        self._sessions = sessions
        self._audit = audit
        self._passwords = passwords
        self._clock = clock
        self._secret = secret.encode()

    async def by_password(self, email: str, password: str, address: str) -> Entered | None:
        """A new session, or None; nothing tells whether there is such an agent, not even time.

        `address` is where they write from (an IP address). Raises `TooMany` after too many wrong
        passwords for this e-mail or from this address, whoever they are.
        """
        email = folded(email)
        await self._count(email, address)
        known = await self._agents.by_email(email)
        agent, hashed = known if known and not known[0].disabled_at else (None, None)
        fits = await self._passwords.fits(hashed, password)
        if agent is None or hashed is None or not fits:
            await self._refused(agent, "password")
            return None
        await self._sessions.forgive(self._of_email(email), self._of_address(address))
        if renewed := await self._passwords.renewed(hashed, password):
            await self._agents.rehash(agent.id, hashed, renewed)
        return await self._enter(agent, "password")

    async def may_try(self, address: str) -> None:
        """Somebody is about to be vouched for. Raises `TooMany` when that failed too often."""
        await self._count(None, address)

    async def vouched(
        self, email: str, subject: str, role: Role | None, address: str
    ) -> Entered | None:
        """A new session for whom single sign-on says has this e-mail; None for who is no agent.

        `subject` is who they are there for good: an address that was passed on to somebody else
        does not bring its former owner's account along. With a `role` they have that from now on.
        """
        known = await self._agents.by_email(folded(email))
        if known is None or known[0].disabled_at:
            log.warning("desk.login_refused", way="sso")
            return None
        agent = known[0]
        role = role or agent.role
        if role == "store" and agent.store_id is None:
            await self._refused(agent, "sso: no store")
            return None
        if not await self._agents.recognise(agent.id, subject, role):
            await self._refused(agent, "sso: another subject")
            return None
        if role != agent.role:
            await self._audit.note(Audited("role_changed", agent.id, detail=role))
        await self._sessions.forgive(self._of_email(agent.email), self._of_address(address))
        return await self._enter(await self._agents.find(agent.id) or agent, "sso")

    async def find(self, token: str) -> Session | None:
        """The session of a token, while it lasts; asking is using it."""
        return await self._sessions.find(_hash(token))

    async def alive(self, session: Session) -> bool:
        """Whether it still lasts, for who keeps a page open: ask every 20 s or so.

        It makes the agent count as there, and does not make the session last longer.
        """
        return await self._sessions.alive(session.key)

    async def leave(self, session: Session) -> None:
        """The session is over, for whoever else has its token too."""
        await self._sessions.close(session.key)
        await self._audit.note(Audited("logout", session.agent.id))

    async def set_status(self, session: Session, status: Status) -> None:
        """Whether the agent takes new conversations."""
        await self._agents.set_status(session.agent.id, status)
        await self._audit.note(Audited(status, session.agent.id))

    async def _enter(self, agent: Agent, way: str) -> Entered:
        token = secrets.token_urlsafe(32)
        session = Session(_hash(token), secrets.token_urlsafe(32), agent)
        await self._sessions.open(session.key, session.csrf, agent.id)
        await self._audit.note(Audited("login", agent.id, detail=way))
        return Entered(token, session)

    async def _refused(self, agent: Agent | None, why: str) -> None:
        log.warning("desk.login_refused", way=why)
        if agent is not None:
            await self._audit.note(Audited("login_refused", agent.id, detail=why))

    async def _count(self, email: str | None, address: str) -> None:
        free = {self._of_address(address): FREE_PER_ADDRESS}
        if email is not None:
            free[self._of_email(email)] = FREE_PER_EMAIL
        if until := await self._sessions.attempt(free):
            raise TooMany((until - self._clock.real()).total_seconds())

    def _of_email(self, email: str) -> str:
        return self._key("email", email)

    def _of_address(self, address: str) -> str:
        return self._key("address", network(address))

    def _key(self, kind: str, value: str) -> str:
        return hmac.new(self._secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def folded(email: str) -> str:
    """An e-mail address as agents are known by it."""
    return email.strip().lower()


def network(address: str) -> str:
    """What one person has of the internet: an IPv4 address, or a whole /64 of IPv6."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
