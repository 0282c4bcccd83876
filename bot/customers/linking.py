"""When accounts become one customer, and the codes that carry a talk to another channel.

A member's customer has accounts that were proven to be the member's, and no others: whoever else
shared a talk with one of them keeps their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Literal

from bot.customers.profile import Trust
from bot.messages import Account


@dataclass(frozen=True)
class Credential:
    """By what a member is named to the backend when somebody vouches for them."""

    kind: Literal["member_id", "nonce", "phone"]
    value: str


CODE_DIGITS = 8
CODE_LASTS = timedelta(minutes=10)
CODES_AT_MOST = 5
WRONG_AT_MOST = 5
WITHIN = timedelta(minutes=15)
"""So many codes may be made, and so many wrong ones tried, by one account within this time."""


@dataclass(frozen=True)
class Party:
    """A customer when accounts are about to come together; `accounts` is how many they have."""

    id: str
    member_id: str | None
    accounts: int


class Fate(Enum):
    """What becomes of an account and its customer."""

    STAYS = "stays"
    BECOMES = "becomes"
    """The customer is this member from now on."""
    MERGES = "merges"
    """The whole customer goes into the other; their talks are joined."""
    CARRIES = "carries"
    """The account goes over with the open question; others stay where they are."""
    LENDS = "lends"
    """The open question goes over, and no account."""
    MOVES = "moves"
    """The account goes over alone, without what was said on it."""


def on_proof(before: Party, member: Party | None) -> Fate:
    """An account of `before` was proven to be a member's, who is a customer already or not."""
    if member is not None and member.id == before.id:
        return Fate.STAYS
    if before.member_id is not None:
        return Fate.MOVES
    if before.accounts > 1:
        return Fate.CARRIES
    return Fate.BECOMES if member is None else Fate.MERGES


def on_code(maker: Party, user: Party) -> Fate:
    """What becomes of the maker of a code, nobody we know, when `user` types it elsewhere."""
    if maker.id == user.id:
        return Fate.STAYS
    return Fate.MERGES if user.member_id is None else Fate.LENDS


@dataclass(frozen=True)
class LinkCode:
    """A code that carries a talk to another channel, once, until `expires_at` (real time)."""

    code: str
    expires_at: datetime


@dataclass(frozen=True)
class CodeTaken:
    """A right code: the account it was made on, and who that was proven to be."""

    maker: Account
    member_id: str | None
    trust: Trust


@dataclass(frozen=True)
class CodeNotTaken:
    """`reason`: "wrong" with how many tries are `left`, "expired", "used", "same-channel",
    or "locked"."""

    reason: str
    left: int = 0


@dataclass(frozen=True)
class LinkedAccount:
    """An account of a customer; `id` names it for unlinking, `here`: it is the one that asks."""

    id: str
    channel: str
    since: datetime
    here: bool = False
