"""Who a signed-in visitor is, by the JWT the shop's page was given for them."""

from __future__ import annotations

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from bot.errors import Misconfigured

MAX_MEMBER_ID = 128


class InvalidIdentity(Exception):
    """The JWT is forged, expired or incomplete."""


class IdentityKey:
    """The key that identities are checked with; its kind, never the token, decides how.

    An HS256 secret, or a PEM public key: RSA for RS256, P-256 for ES256. Raises
    `bot.errors.Misconfigured` for any other PEM.
    """

    def __init__(self, key: str) -> None:
        self._key: str | RSAPublicKey | EllipticCurvePublicKey = key
        self._algorithm = "HS256"
        if "-----BEGIN" in key:
            self._key, self._algorithm = _public_key(key)

    def prove(self, identity: str) -> str:
        """The member this JWT proves at this moment, by real time. Raises `InvalidIdentity`."""
        try:
            claims = jwt.decode(
                identity,
                self._key,
                algorithms=[self._algorithm],
                options={"require": ["sub", "exp"]},
            )
        except (jwt.PyJWTError, ValueError, OverflowError, TypeError) as error:
            raise InvalidIdentity from error
        member_id: str = claims["sub"]
        if not 0 < len(member_id) <= MAX_MEMBER_ID or not member_id.isprintable():
            raise InvalidIdentity
        return member_id


def _public_key(pem: str) -> tuple[RSAPublicKey | EllipticCurvePublicKey, str]:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Misconfigured(["MADOGUCHI_WEBCHAT_IDENTITY_KEY: not a PEM public key"]) from error
    if isinstance(key, RSAPublicKey):
        return key, "RS256"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key, "ES256"
    raise Misconfigured(["MADOGUCHI_WEBCHAT_IDENTITY_KEY: neither an RSA nor a P-256 public key"])
