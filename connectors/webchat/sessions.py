"""Web chat sessions: which account a browser's token stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Session:
    """One browser's way in: the token's SHA-256 (hex), the account's user id, the end (real time).

    `locale` is the BCP 47 tag the page gave.
    """

    token_hash: str
    user: str
    locale: str | None
    expires_at: datetime


class Sessions(Protocol):
    """Where sessions are kept; an unknown token hash is passed over."""

    async def open(self, session: Session) -> None:
        """Keep a new session."""

    async def find(self, token_hash: str) -> Session | None:
        """The session of a token, expired or not."""

    async def move(self, token_hash: str, user: str) -> None:
        """The session goes on with another account."""

    async def extend(self, token_hash: str, expires_at: datetime) -> None:
        """The session lasts until then."""

    async def close(self, token_hash: str) -> None:
        """The session ends now."""

    async def purge(self, before: datetime) -> None:
        """Drop the sessions that expired before then."""


class InMemorySessions:
    """Sessions of one process, gone with it."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    async def open(self, session: Session) -> None:
        self._sessions[session.token_hash] = session

    async def find(self, token_hash: str) -> Session | None:
        return self._sessions.get(token_hash)

    async def move(self, token_hash: str, user: str) -> None:
        if session := self._sessions.get(token_hash):
            self._sessions[token_hash] = replace(session, user=user)

    async def extend(self, token_hash: str, expires_at: datetime) -> None:
        if session := self._sessions.get(token_hash):
            self._sessions[token_hash] = replace(session, expires_at=expires_at)

    async def close(self, token_hash: str) -> None:
        self._sessions.pop(token_hash, None)

    async def purge(self, before: datetime) -> None:
        self._sessions = {
            token_hash: session
            for token_hash, session in self._sessions.items()
            if session.expires_at >= before
        }
