"""One-time codes: made, kept as a keyed hash, judged. Pure but for the random code."""

import hmac
import secrets
from datetime import datetime, timedelta
from enum import Enum, auto

from backend.tables import IdentityChallenge

CODE_DIGITS = 6
CODE_LIFETIME = timedelta(minutes=5)
RESEND_AFTER = timedelta(seconds=60)
TRIES = 5


class Verdict(Enum):
    """What became of a code somebody typed."""

    RIGHT = auto()
    WRONG = auto()
    EXPIRED = auto()
    LOCKED = auto()


def new_code() -> str:
    """A fresh code of six digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def keyed_hash(key: bytes, *parts: str) -> str:
    """The parts under a secret key: equal parts give equal hashes, and nothing can be read back."""
    return hmac.digest(key, "\x1f".join(parts).encode(), "sha256").hex()


def judge(challenge: IdentityChallenge, code: str, key: bytes, now: datetime) -> Verdict:
    """Whether `code` opens the challenge. The challenge of a decoy only ever says WRONG."""
    if challenge.attempts_left <= 0:
        return Verdict.LOCKED
    if challenge.used_at is not None or now >= challenge.expires_at:
        return Verdict.EXPIRED
    given = keyed_hash(key, challenge.id, code)
    same = hmac.compare_digest(given, challenge.code_hash)
    if same and challenge.member_id is not None:
        return Verdict.RIGHT
    return Verdict.WRONG if challenge.attempts_left > 1 else Verdict.LOCKED
