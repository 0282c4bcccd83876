"""How the backend knows an account: by a keyed hash, never by the platform's id."""

from __future__ import annotations

import hashlib
import hmac

from bot.messages import Account


class Refs:
    """Makes `channel_user_ref`s; the same secret gives the same ones for ever."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(f"channel user ref\x1f{secret}".encode()).digest()

    def of(self, account: Account) -> str:
        """The reference of an account."""
        told = f"{account.channel}:{account.user}".encode()
        return hmac.digest(self._key, told, "sha256").hex()
