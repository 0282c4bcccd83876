"""The door "identity": finding a member, sending a code, and proving the account with it.

Codes, contacts and session tokens travel in bodies and headers only, and are never logged or kept.
"""

from __future__ import annotations

import asyncio
import math
import uuid
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

import phonenumbers
import structlog

from bot.customers.linking import Credential
from bot.customers.profile import Trust
from bot.errors import Fault, ProofExpired, Unavailable, UnknownMember
from bot.messages import Account
from bot.ports import Caller, Customers, Proof
from bot.shop.asking import Asking, Deed, Shop, unhurried
from bot.shop.client import Call, path
from bot.shop.problems import Problem, refused
from bot.shop.sessions import OpenedSession
from bot.shop.wire import Nothing, Several, Wire
from bot.shopfront.base import Effect, Option, Query, Refused
from bot.shopfront.membership import (
    CheckCode,
    CodeSent,
    CodeWrong,
    Contacts,
    LookUpMember,
    Proven,
    SendCode,
    TooSoon,
)

log = structlog.get_logger(__name__)

REGION = "JP"
LINKED_AS = MappingProxyType(
    {"line": "line", "telegram": "telegram", "web": "web", "webchat": "web"}
)
"""The contract's names of channels; a terminal is never linked."""
Performer = Callable[[Any, str, Asking], Awaitable[object]]


class WayWire(Wire):
    id: str
    kind: str
    masked: str


class LookupWire(Wire):
    lookup_id: str
    channels: Several[WayWire] = ()


class ChallengeWire(Wire):
    challenge_id: str
    expires_in: int


class ProfileWire(Wire):
    display_name: str | None = None
    name: str | None = None
    home_store_id: str | None = None
    home_store: str | None = None
    language: str | None = None


class IdentityDoor:
    """`bot.ports.Door` for "identity", and the word of channels that vouch for a member."""

    def __init__(self, shop: Shop, customers: Customers) -> None:
        self._shop = shop
        self._customers = customers
        self._performers: Mapping[type[Effect[Any]], Performer] = MappingProxyType(
            {LookUpMember: look_up_member, SendCode: send_code, CheckCode: self._check_code}
        )

    async def answer(self, query: Query[Any], caller: Caller) -> object:
        """This door is asked nothing. Raises `Unavailable`."""
        raise Unavailable(f"identity: {type(query).__name__}")

    async def perform(self, effect: Effect[Any], key: str, caller: Caller) -> object:
        """The outcome, refusals included. Raises `Unavailable`, `OutcomeUnknown`.

        A right code has proven the account by the time this returns.
        """
        try:
            return await self._performers[type(effect)](effect, key, unhurried(self._shop, caller))
        except Problem as problem:
            raise Unavailable(problem.slug) from None

    async def vouch(
        self, account: Account, credential: Credential, trust: Trust = Trust.VERIFIED
    ) -> Proof:
        """The proof of a member the channel itself has proven: by JWT, account link or contact.

        The caller hands it to `Customers.prove`. Raises `UnknownMember`, or `Unavailable` when
        the backend does not answer.
        """
        try:
            opened = await self._shop.sessions.open(account, credential, trust)
        except Problem as problem:
            if problem.slug in ("not-found", "invalid-request"):
                raise UnknownMember(problem.slug) from None
            raise Unavailable(problem.slug) from None
        except ProofExpired as fault:
            raise Unavailable("a session of somebody else") from fault
        return await self._proof(account, opened, uuid.uuid4().hex, trust)

    async def _check_code(
        self, effect: CheckCode, key: str, asking: Asking
    ) -> Proven | CodeWrong | Refused:
        steps = ("identity", "challenges", effect.challenge_id, "verify")
        deed = Deed("identity", "POST", steps, {"code": effect.code})
        try:
            opened = await asking.act(deed, key, OpenedSession)
        except Problem as problem:
            left = problem.number("attempts_left")
            if problem.slug == "code-wrong" and left is not None and left > 0:
                return CodeWrong(left)
            return Refused("locked") if problem.slug == "code-wrong" else refused(problem)
        account = asking.caller.account
        self._shop.sessions.note(account, opened)
        proof = await self._proof(account, opened, key)
        await self._customers.prove(account, proof, by="code")
        return Proven(proof.member_id)

    async def _proof(
        self, account: Account, opened: OpenedSession, key: str, trust: Trust = Trust.VERIFIED
    ) -> Proof:
        """Who was proven. Without the profile the proof stands all the same."""
        profile, _ = await asyncio.gather(
            self._profile(opened), self._link(account, opened, f"{key}-link")
        )
        return Proof(
            member_id=opened.customer_id,
            session=opened.session,
            trust=trust,
            name=profile.display_name or profile.name,
            usual_store=profile.home_store_id or profile.home_store,
            language=profile.language,
        )

    async def _profile(self, opened: OpenedSession) -> ProfileWire:
        steps = path("customers", opened.customer_id)
        call = Call("identity", "GET", steps, session=opened.session)
        try:
            return (await self._shop.backend.read(call, ProfileWire)).value or ProfileWire()
        except (Fault, Problem) as fault:
            log.warning("identity.profile_unknown", why=type(fault).__name__)
            return ProfileWire()

    async def _link(self, account: Account, opened: OpenedSession, key: str) -> None:
        """Tell the backend whose account this is, for its notices; the counter knows already."""
        channel = LINKED_AS.get(account.channel)
        if channel is None:
            return
        call = Call(
            "identity",
            "PUT",
            path("customers", opened.customer_id, "channel-links", channel),
            body={"channel_user_ref": self._shop.refs.of(account)},
            session=opened.session,
            key=key,
        )
        try:
            await self._shop.backend.act(call, Nothing)
        except (Fault, Problem) as fault:
            log.warning("identity.not_linked", why=type(fault).__name__)


async def look_up_member(effect: LookUpMember, key: str, asking: Asking) -> Contacts | Refused:
    """Where a code could go; a stranger is shown ways of the same shape."""
    value = _international(effect.value) if effect.kind == "phone" else effect.value.strip()
    if not value:
        return Refused("invalid-request")
    steps = ("customers", "lookup")
    try:
        told = await asking.inquire("identity", steps, {effect.kind: value}, LookupWire)
    except Problem as problem:
        return refused(problem)
    ways = tuple(Option(way.id, way.masked, way.kind) for way in told.channels)
    return Contacts(told.lookup_id, ways) if ways else Refused("not-supported")


async def send_code(effect: SendCode, key: str, asking: Asking) -> CodeSent | TooSoon | Refused:
    """Let the backend send a code to a contact it has on file."""
    body = {
        "lookup_id": effect.lookup_id,
        "channel_id": effect.way,
        "channel_user_ref": asking.ref,
    }
    deed = Deed("identity", "POST", ("identity", "challenges"), body)
    try:
        sent = await asking.act(deed, key, ChallengeWire)
    except Problem as problem:
        if problem.slug == "rate-limited" and problem.retry_after:
            return TooSoon(math.ceil(problem.retry_after))
        return refused(problem)
    return CodeSent(sent.challenge_id, effect.to, math.ceil(sent.expires_in / 60))


def _international(phone: str) -> str | None:
    """E.164, a number without a country being Japanese; None if it is no number."""
    try:
        number = phonenumbers.parse(phone, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
