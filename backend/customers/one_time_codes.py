"""One-time codes: made, kept as a keyed hash, judged. Pure but for the random code itself."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

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


@dataclass(frozen=True)
class Challenge:
    """What is known of a code that was sent; a code for nobody has no hash."""

    challenge_id: str
    code_hash: str | None
    expires_at: datetime
    tries: int
    used: bool


def new_code() -> str:
    """A fresh code of six digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def keyed_hash(key: bytes, *parts: str) -> str:
    """The parts under a secret key: equal parts give equal hashes, and nothing can be read back."""
    return hmac.digest(key, "\x1f".join(parts).encode(), "sha256").hex()


def judge(challenge: Challenge, code: str, key: bytes, now: datetime) -> Verdict:
    """Whether `code` opens the challenge; a challenge for nobody only ever says WRONG."""
    if challenge.tries >= TRIES:
        return Verdict.LOCKED
    if challenge.used or now >= challenge.expires_at:
        return Verdict.EXPIRED
    given = keyed_hash(key, challenge.challenge_id, code)
    if hmac.compare_digest(given, challenge.code_hash or "-"):
        return Verdict.RIGHT
    return Verdict.LOCKED if challenge.tries + 1 >= TRIES else Verdict.WRONG
