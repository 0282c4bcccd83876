"""Passwords of the staff: hashed with argon2id, one at a time, beside the event loop."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import Misconfigured, TooMany

SHORTEST, LONGEST = 12, 200
MAX_WAITING = 50
"""Who comes when so many passwords wait to be tried is asked to come back."""


class Passwords:
    """Hashes, if not told otherwise, with the parameters of RFC 9106's second recommendation.

    Passwords are normalised by NFKC: one may be typed on another keyboard than it was set on.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        # One thread: as many hashes at once as there are log-ins would take all the memory.
        self._thread = ThreadPoolExecutor(1, "passwords")
        self._nobodys = self._thread.submit(self._hasher.hash, secrets.token_urlsafe())
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """The hash to keep. Raises `Misconfigured` for a password too short or too long."""
        normal = _normal(password)
        if not SHORTEST <= len(normal) <= LONGEST:
            raise Misconfigured([f"the password must have {SHORTEST} to {LONGEST} characters"])
        return await asyncio.wrap_future(self._thread.submit(self._hasher.hash, normal))

    async def fits(self, hashed: str | None, password: str) -> bool:
        """Whether it is the password; without a hash it takes as long to say no.

        Raises `bot.errors.TooMany` when too many others are being tried.
        """
        if self._waiting >= MAX_WAITING:
            raise TooMany(retry_after=5)
        self._waiting += 1
        try:
            kept = await asyncio.wrap_future(self._nobodys) if hashed is None else hashed
            tried = self._thread.submit(self._verify, kept, _normal(password)[: LONGEST + 1])
            return await asyncio.wrap_future(tried) and hashed is not None
        finally:
            self._waiting -= 1

    async def renewed(self, hashed: str, password: str) -> str | None:
        """A new hash of a password that fits, where the parameters have changed since."""
        return await self.hash(password) if self._hasher.check_needs_rehash(hashed) else None

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
