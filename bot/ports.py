"""The doors of the counter other than channels: what reception and delivery rely on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.channel import Envelope, Item
from bot.customers.linking import CodeNotTaken, CodeTaken, LinkCode, LinkedAccount
from bot.customers.profile import Customer, Trust
from bot.dialogue.heard import Expecting, Heard
from bot.dialogue.state import Act, Conversation
from bot.messages import Account
from bot.messages.inbound import Inbound
from bot.shopfront.base import Effect, Query


class Clock(Protocol):
    """Two times: the business's (may be set for demos and tests) and the real one, both UTC."""

    def now(self) -> datetime:
        """Business time: answers, opening hours, holds."""

    def real(self) -> datetime:
        """Real time: tokens, leases, back-off, rate limits."""


# Understanding -----------------------------------------------------------------------------


@dataclass(frozen=True)
class ProductName:
    """A product as people may call it: every name, reading, nickname and translation."""

    id: str
    name: str
    names: tuple[str, ...]
    category: str | None = None
    brand: str | None = None
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name_en: str | None = None


@dataclass(frozen=True)
class StoreName:
    """A store as people may call it; `places` are its city, prefecture and station."""

    id: str
    name: str
    names: tuple[str, ...]
    places: tuple[str, ...] = ()
    name_en: str | None = None


@dataclass(frozen=True)
class Lexicon:
    """The names of the retailer's products and stores; `version` changes when any of them does."""

    version: str = ""
    products: tuple[ProductName, ...] = ()
    stores: tuple[StoreName, ...] = ()


class Nlu(Protocol):
    """Understands one message. Never answers, never raises for any text."""

    def understand(self, text: str, expecting: Expecting, lexicon: Lexicon) -> Heard:
        """What the customer wants and tells."""


# Doors that answer queries and perform effects ---------------------------------------------


@dataclass(frozen=True)
class Caller:
    """For whom a door is asked.

    `session` is the backend's Customer-Session of the account, where it was proven; `deadline`
    the real time by which reads must have answered.
    """

    account: Account
    language: str
    member_id: str | None = None
    session: str | None = None
    trust: Trust = Trust.ANONYMOUS
    deadline: datetime | None = None


class Door(Protocol):
    """Whoever answers the queries and performs the effects of one `door` name."""

    async def answer(self, query: Query[Any], caller: Caller) -> object:
        """The answer. Raises `bot.errors.Unavailable` when there is none in time."""

    async def perform(self, effect: Effect[Any], key: str, caller: Caller) -> object:
        """The outcome, refusals included; the same `key` never acts twice.

        Raises `bot.errors.Unavailable` when nothing happened for sure, and
        `bot.errors.OutcomeUnknown` when it may have.
        """


class Names(Protocol):
    """Where the lexicon comes from."""

    def current(self) -> Lexicon:
        """The names as last fetched; empty before the first time."""

    async def refresh(self) -> None:
        """Fetch again if it changed. Raises `bot.errors.Unavailable`."""


@dataclass(frozen=True)
class Proof:
    """A member proven by the backend, with the session it gave."""

    member_id: str
    session: str
    trust: Trust
    name: str | None = None
    usual_store: str | None = None
    language: str | None = None


# Storage -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter:
    """An inbound message waiting in the mailbox; `attempts` counts failures so far."""

    id: int
    message: Inbound
    attempts: int = 0


@dataclass(frozen=True)
class Claim:
    """The right to answer one customer, until the lease runs out. `letters` are oldest first."""

    customer_id: str
    token: str
    letters: tuple[Letter, ...]


class Mailbox(Protocol):
    """Inbound messages, durable and each once.

    Letters belong to accounts; whose customer that is, is resolved when they are claimed.
    """

    async def put(self, messages: Sequence[Inbound]) -> int:
        """Store in one transaction; how many were new (channel and id decide).

        The customer's own texts, taps (by their buttons' words) and places enter the timeline
        with them, and an account nobody knew gets a customer.
        """

    async def claim(self, worker: str, *, lease_seconds: float) -> Claim | None:
        """The next customer with due letters that nobody else is answering."""

    async def renew(self, claim: Claim, *, lease_seconds: float) -> bool:
        """Keep the claim longer; False when it was lost."""

    async def release(self, claim: Claim) -> None:
        """Give the claim back."""

    async def hold(self, claim: Claim, letter: Letter, *, until: datetime) -> None:
        """Let a letter wait for the next one (real time); it is claimed with it, or when due."""

    async def failed(self, claim: Claim, letter: Letter, *, until: datetime) -> int:
        """Count a failed attempt and wait until then (real time); how many there were.

        Letters behind it wait too, so that none is answered out of turn.
        """

    async def forget_payloads(self, before: datetime) -> int:
        """Drop what letters done before then (real time) said; how many there were."""


@dataclass(frozen=True)
class PendingAct:
    """An agreed effect that was written down before it was sent.

    `outcome` is None until it is known; a reclaimed turn performs it first, with the same key.
    """

    letter_id: int
    act: Act
    outcome: object | None = None


@dataclass(frozen=True)
class Sheet:
    """Everything about one customer that a turn may read and change; `version` guards the commit.

    `customer` and `caller` are as trusted as the account that wrote. `pending` are the effects
    the claimed letters had agreed to before a crash, in order.
    """

    customer: Customer
    caller: Caller
    conversation: Conversation
    version: int
    pending: tuple[PendingAct, ...] = ()


@dataclass(frozen=True)
class DeskRequest:
    """A talk that asks for a person: why, and what was understood so far."""

    reason: str
    summary: Mapping[str, Any]


@dataclass(frozen=True)
class TurnRecord:
    """What one turn changes, committed together or not at all.

    `letters` are done with it; `masked` letters' texts are hidden in the timeline. The turn that
    does the last letter of its claim gives the claim back.
    """

    claim: Claim
    letters: tuple[int, ...]
    conversation: Conversation
    customer: Customer
    version: int
    out: tuple[Envelope, ...] = ()
    requests: tuple[DeskRequest, ...] = ()
    masked: frozenset[int] = frozenset()

    @property
    def is_last(self) -> bool:
        """Is nothing left to do under its claim?"""
        return bool(self.claim.letters) and self.claim.letters[-1].id in self.letters


class Conversations(Protocol):
    """Customers' talks."""

    async def open(self, claim: Claim, account: Account) -> Sheet | None:
        """What is known of the claimed customer; None when the account is another's by now."""

    async def commit(self, turn: TurnRecord) -> bool:
        """Store a turn with everything it changes, together or not at all.

        False, and nothing stored, when the version moved on, the claim was lost, or the customer
        was merged away: the letters stay and are answered again.
        """

    async def begin(self, claim: Claim, version: int, pending: PendingAct) -> bool:
        """Write an effect down before it is sent; False when the claim was lost."""

    async def settle(self, pending: PendingAct) -> None:
        """Write an effect's outcome down."""


class Customers(Protocol):
    """Who has which account, and how far each is trusted."""

    async def profile(self, account: Account) -> Customer:
        """The customer of an account, trusted as the account is at this moment."""

    async def caller(self, account: Account) -> Caller:
        """For whom doors are asked on this account now."""

    async def prove(self, account: Account, proof: Proof, *, by: str) -> None:
        """The account was proven to be this member's: link it, trust it, join the talks.

        Where the member is a customer already, the account moves there with its frames and focus.
        Two members never join: only the account moves. All of it is in the audit log.
        """

    async def touch(self, account: Account) -> None:
        """The account is being used: its proof stays fresh."""

    async def leave(self, account: Account) -> None:
        """The account logs out: trust ends, its session is forgotten, its timeline hidden."""

    async def member_of(self, account: Account) -> str | None:
        """The member an account was proven to be, if any."""


class Linking(Protocol):
    """Codes that carry a talk to another channel, and accounts that are let go again."""

    async def make(self, account: Account) -> LinkCode | None:
        """A new code, good once; None when the account made too many lately."""

    async def take(self, account: Account, code: str, key: str) -> CodeTaken | CodeNotTaken:
        """Use a code on another channel; the same `key` takes the same code again."""

    async def give_back(self, code: str) -> None:
        """What the code was taken for could not be done: it may be used once more."""

    async def join(self, account: Account, maker: Account) -> None:
        """The talk of a maker nobody knows goes on with this account, which took the code."""

    async def linked(self, account: Account) -> Sequence[LinkedAccount]:
        """All accounts of this account's customer, longest known first."""

    async def unlink(self, account: Account, which: str) -> LinkedAccount | None:
        """Let one of them go, with what was said on it; None when it is not among them.

        It is a stranger's again; what was open or spoken of stays with the customer.
        """


@dataclass(frozen=True)
class Parcel:
    """Envelopes of one account that wait to be sent, in order, under a lease."""

    account: Account
    token: str
    envelopes: tuple[Envelope, ...]
    attempts: int = 0


class Outbox(Protocol):
    """Outgoing messages of channels that must be called."""

    async def claim(self, worker: str, *, lease_seconds: float) -> Parcel | None:
        """The next account with due messages; its oldest first, never out of order."""

    async def sent(self, parcel: Parcel, keys: Sequence[str]) -> None:
        """These went out."""

    async def retry(self, parcel: Parcel, key: str, *, not_before: datetime, reason: str) -> None:
        """This one and those behind it wait."""

    async def dead(self, parcel: Parcel, key: str, *, reason: str, blocked: bool) -> None:
        """This one can never be sent: a failure the desk sees; those behind it move on."""

    async def release(self, parcel: Parcel) -> None:
        """Give the claim back."""


class Timeline(Protocol):
    """What was said, by account."""

    async def after(self, account: Account, cursor: int, limit: int) -> Sequence[Item]:
        """Items behind a cursor, oldest first; never splits one turn's items."""

    async def before(self, account: Account, cursor: int | None, limit: int) -> Sequence[Item]:
        """The last items before a cursor, or of all, oldest first; never splits a turn's items."""


class Bell(Protocol):
    """Wakes those who wait for letters, outgoing messages or a timeline, in this process.

    Only a hint: whoever waits looks again when the time is up, so that nothing rests on it.
    """

    def ring(self, topic: str) -> None:
        """Something happened, for all who wait: an account's "channel:user"."""

    def call(self, topic: str) -> None:
        """There is something to do, for one of those who wait: "mailbox" or "outbox"."""

    async def wait(self, topic: str, seconds: float) -> None:
        """Return when rung or called, or when the time is up."""


@dataclass(frozen=True)
class OpenRequest:
    """A request for a person that waits; `summary` is what was understood until then."""

    id: int
    reason: str
    since: datetime
    customer_id: str
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Undelivered:
    """An outgoing message that could not be sent, why, and since when (real time)."""

    key: str
    account: Account
    reason: str
    since: datetime


class Desk(Protocol):
    """What waits for a person."""

    async def open_requests(self) -> Sequence[OpenRequest]:
        """Those nobody has taken yet, longest waiting first."""

    async def undelivered(self) -> Sequence[Undelivered]:
        """Messages that can never be sent, oldest failure first."""
