"""Who is logged in at the shop, and the JWT that tells the counter so."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

import jwt

IDENTITY_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(hours=12)
_SESSION = "webshop session"


class LogIns:
    """Signs in real time (UTC). `identity_key` is the HS256 secret shared with the web chat."""

    def __init__(self, identity_key: str) -> None:
        self._identity_key = identity_key
        # A session must never pass for an identity, nor the other way round.
        self._session_key = hmac.digest(identity_key.encode(), _SESSION.encode(), "sha256")

    def identity(self, member_id: str) -> str:
        """What the web chat takes as proof of this member, for ten minutes."""
        expires_at = datetime.now(UTC) + IDENTITY_LASTS
        return jwt.encode({"sub": member_id, "exp": expires_at}, self._identity_key, "HS256")

    def session(self, member_id: str) -> str:
        """The cookie of a member who has logged in."""
        expires_at = datetime.now(UTC) + SESSION_LASTS
        return jwt.encode({"sub": member_id, "exp": expires_at}, self._session_key, "HS256")

    def member(self, session: str) -> str | None:
        """Whose cookie this is; None for one that is forged or has expired."""
        try:
            claims = jwt.decode(session, self._session_key, ["HS256"])
        except jwt.PyJWTError:
            return None
        return str(claims["sub"])
