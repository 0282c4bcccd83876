"""The customer's channels: what is connected, going on elsewhere, letting go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.shopfront.base import Effect, Fact, Query, Refused
from bot.shopfront.membership import CodeWrong, Proven


@dataclass(frozen=True)
class Connected(Fact):
    """An account of the customer; `id` names it, `here`: it is the one they write on."""

    id: str
    channel: str
    since: datetime
    here: bool = False


@dataclass(frozen=True)
class MyChannels(Query[tuple[Connected, ...]]):
    """Every account this customer writes on."""

    door = "channels"


@dataclass(frozen=True)
class OtherChannels(Query[tuple[str, ...]]):
    """Channels one can go on in from here."""

    door = "channels"


@dataclass(frozen=True)
class Invitation(Fact):
    """A code to go on in another channel with, and a link that brings it there by itself."""

    shown_once = True
    secret = ("code", "url")

    channel: str
    code: str
    minutes: int
    url: str | None = None


@dataclass(frozen=True)
class Invite(Effect[Invitation | Refused]):
    """Make a code to go on in a channel with."""

    door = "channels"
    consent_free = True

    channel: str


@dataclass(frozen=True)
class CarriedOver(Fact):
    """The talk of `channel` goes on here; `member`: with who they are proven to be."""

    channel: str
    member: bool


@dataclass(frozen=True)
class UseLinkCode(Effect[CarriedOver | CodeWrong | Refused]):
    """Go on here with the talk in which this code was made."""

    door = "channels"
    consent_free = True

    code: str


@dataclass(frozen=True)
class AccountLinkPage(Fact):
    """The retailer's page to log in on, so that this account is known as the member's."""

    shown_once = True
    secret = ("url",)

    url: str


@dataclass(frozen=True)
class OpenAccountLink(Effect[AccountLinkPage | Refused]):
    """Begin the platform's own account link."""

    door = "channels"
    consent_free = True


@dataclass(frozen=True)
class RedeemNonce(Effect[Proven | Refused]):
    """The platform confirmed an account link; the nonce was made by the retailer's log-in page."""

    door = "channels"
    consent_free = True

    nonce: str


@dataclass(frozen=True)
class TrustContact(Effect[Proven | Refused]):
    """The platform vouches that this number (E.164 or Japanese) is the customer's."""

    door = "channels"
    consent_free = True

    phone: str


@dataclass(frozen=True)
class Disconnected(Fact):
    """The account is let go; `member`: it was known as the member's until now."""

    channel: str
    member: bool = True


@dataclass(frozen=True)
class Disconnect(Effect[Disconnected | Refused]):
    """Let one of the customer's accounts go: it is a stranger's again."""

    door = "channels"

    id: str
    channel: str
