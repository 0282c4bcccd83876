"""Tokens: random 256 bit, known only to the browser; we keep their SHA-256."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.messages import Account
from connectors.webchat.problems import unauthenticated
from connectors.webchat.sessions import Session, Sessions

LIFETIME = timedelta(days=30)
"""A session ends this long after it was last used."""
_EXTEND_EVERY = timedelta(days=1)
_TOKEN_BYTES = 32


class Tokens:
    """Opens sessions and knows them again. `now` is real time."""

    def __init__(self, sessions: Sessions, now: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._now = now

    async def open(self, account: Account, locale: str | None) -> str:
        """A new session of this account; its token."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        expires_at = self._now() + LIFETIME
        await self._sessions.open(Session(_hashed(token), account.user, locale, expires_at))
        return token

    async def session(self, authorization: str) -> Session:
        """The session of an `Authorization` header. Raises Problem unauthenticated."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise unauthenticated()
        token_hash = _hashed(token.strip())
        session = await self._live(token_hash)
        if session is None or not hmac.compare_digest(session.token_hash, token_hash):
            raise unauthenticated()
        if session.expires_at < self._now() + LIFETIME - _EXTEND_EVERY:
            await self._sessions.extend(token_hash, self._now() + LIFETIME)
        return session

    async def move(self, session: Session, account: Account) -> None:
        """The session goes on with another account."""
        await self._sessions.move(session.token_hash, account.user)

    async def close(self, session: Session) -> None:
        """The token is worth nothing from now on."""
        await self._sessions.close(session.token_hash)

    async def purge(self) -> None:
        """Drop what has expired."""
        await self._sessions.purge(self._now())

    async def still(self, session: Session) -> bool:
        """Does this session still go with its account? A look after a long wait."""
        found = await self._live(session.token_hash)
        return found is not None and found.user == session.user

    async def _live(self, token_hash: str) -> Session | None:
        session = await self._sessions.find(token_hash)
        return session if session is not None and session.expires_at > self._now() else None


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
