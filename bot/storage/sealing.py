"""Secrets that are stored encrypted."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Seal:
    """Encrypts with a key derived from the operator's secret."""

    def __init__(self, secret: str) -> None:
        key = HKDF(SHA256(), 32, salt=None, info=b"madoguchi backend sessions")
        self._fernet = Fernet(base64.urlsafe_b64encode(key.derive(secret.encode())))

    def close(self, text: str) -> str:
        """The text, sealed."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """What was sealed; None where the operator's secret has changed since."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None
