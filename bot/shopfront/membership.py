"""Points, coupons and proving who one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.shopfront.base import Effect, Fact, Option, Query, Refused


@dataclass(frozen=True)
class MemberProfile(Fact):
    """Who a member is to the shop. Numbers and contacts are masked as the shop masks them."""

    name: str
    name_kana: str | None = None
    member_no: str | None = None
    rank: str | None = None
    usual_store: str | None = None
    language: str | None = None
    phone: str | None = None
    email: str | None = None
    as_of: datetime | None = None
    stale: bool = False


@dataclass(frozen=True)
class MyProfile(Query[MemberProfile | None]):
    """Who the member is; None where the shop does not say."""


@dataclass(frozen=True)
class Lot(Fact):
    """Points that expire together; usable through the end of `expires_on`."""

    points: int
    expires_on: date
    limited: bool = False


@dataclass(frozen=True)
class Points(Fact):
    balance: int
    as_of: datetime | None
    pending: int = 0
    pending_from: date | None = None
    expiring_next: Lot | None = None
    rank: str | None = None
    stale: bool = False


@dataclass(frozen=True)
class MyPoints(Query[Points | None]):
    """The member's points; None where the shop has no programme."""


@dataclass(frozen=True)
class MyLots(Query[tuple[Lot, ...] | None]):
    """Points by expiry, soonest first; None where the shop does not know lots."""


@dataclass(frozen=True)
class Coupon(Fact):
    id: str
    name: str
    valid_until: date | None
    percent: int | None = None
    amount: int | None = None
    currency: str | None = None
    min_amount: int | None = None
    usable_at: tuple[str, ...] = ()
    as_of: datetime | None = None


@dataclass(frozen=True)
class MyCoupons(Query[tuple[Coupon, ...] | None]):
    """Coupons that can be used now; None where the shop has none at all."""


@dataclass(frozen=True)
class CouponCount(Query[int]):
    """How many coupons can be used now, to be told beside something else.

    0 also where that cannot be said: the other answer must not wait for it.
    """


@dataclass(frozen=True)
class Contacts(Fact):
    """Where a code could go, masked. An unknown person gets contacts of the same shape."""

    lookup_id: str
    ways: tuple[Option, ...]


@dataclass(frozen=True)
class LookUpMember(Effect[Contacts | Refused]):
    """Find a member by exactly one of member number, phone or e-mail."""

    door = "identity"
    consent_free = True

    kind: str
    value: str


@dataclass(frozen=True)
class CodeSent(Fact):
    challenge_id: str
    to: str
    minutes: int


@dataclass(frozen=True)
class TooSoon(Fact):
    """No code was sent: the next one may be sent in so many seconds."""

    seconds: int


@dataclass(frozen=True)
class SendCode(Effect[CodeSent | TooSoon | Refused]):
    """`attempt` counts what was sent in one talk, so that each is sent once."""

    door = "identity"
    consent_free = True

    lookup_id: str
    way: str
    to: str
    attempt: int = 1


@dataclass(frozen=True)
class Proven(Fact):
    member_id: str


@dataclass(frozen=True)
class CodeWrong(Fact):
    left: int


@dataclass(frozen=True)
class CheckCode(Effect[Proven | CodeWrong | Refused]):
    """Is this the code that was sent? Proves the account that asks."""

    door = "identity"
    consent_free = True

    challenge_id: str
    code: str
