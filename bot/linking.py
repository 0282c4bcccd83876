"""The door "channels": going on elsewhere, being known there, and letting go again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from bot.channel import Channel
from bot.customers.linking import CODE_LASTS, CodeNotTaken, Credential
from bot.customers.profile import Trust
from bot.errors import Unavailable, UnknownMember
from bot.messages import Account
from bot.ports import Caller, Customers, Linking, Proof
from bot.shopfront.base import Effect, Query, Refused
from bot.shopfront.channels import (
    AccountLinkPage,
    CarriedOver,
    Connected,
    Disconnect,
    Disconnected,
    Invitation,
    Invite,
    MyChannels,
    OpenAccountLink,
    OtherChannels,
    RedeemNonce,
    TrustContact,
    UseLinkCode,
)
from bot.shopfront.membership import CodeWrong, Proven


class Vouch(Protocol):
    """Asks the backend for a session on the word of a channel, or of ourselves."""

    async def __call__(
        self, account: Account, credential: Credential, trust: Trust = Trust.VERIFIED
    ) -> Proof:
        """Raises `UnknownMember`, or `Unavailable` when the backend does not answer."""


class LinkingDoor:
    """`bot.ports.Door` for "channels".

    `channels` are those that are on, by name; `forget` drops what was answered to an account.
    """

    def __init__(
        self,
        linking: Linking,
        customers: Customers,
        vouch: Vouch,
        channels: Mapping[str, Channel],
        forget: Callable[[Account, str | None], None],
    ) -> None:
        self._linking = linking
        self._customers = customers
        self._vouch = vouch
        self._channels = channels
        self._forget = forget
        self._performers: Mapping[type[Effect[Any]], Callable[..., Awaitable[object]]] = (
            MappingProxyType(
                {
                    Invite: self._invite,
                    UseLinkCode: self._use_code,
                    OpenAccountLink: self._open_account_link,
                    RedeemNonce: self._redeem,
                    TrustContact: self._trust_contact,
                    Disconnect: self._disconnect,
                }
            )
        )

    async def answer(self, query: Query[Any], caller: Caller) -> object:
        """The answer. Raises `Unavailable` for what is none of this door's."""
        match query:
            case MyChannels():
                return tuple(
                    Connected(one.id, one.channel, one.since, one.here)
                    for one in await self._linking.linked(caller.account)
                )
            case OtherChannels():
                return tuple(name for name in self._channels if name != caller.account.channel)
        raise Unavailable(f"channels: {type(query).__name__}")

    async def perform(self, effect: Effect[Any], key: str, caller: Caller) -> object:
        """The outcome, refusals included. Raises `Unavailable`."""
        return await self._performers[type(effect)](effect, key, caller)

    async def _invite(self, effect: Invite, key: str, caller: Caller) -> Invitation | Refused:
        channel = self._channels.get(effect.channel)
        if channel is None:
            return Refused("not-supported")
        made = await self._linking.make(caller.account)
        if made is None:
            return Refused("rate-limited")
        url = await channel.invitation(made.code)
        minutes = int(CODE_LASTS.total_seconds() // 60)
        return Invitation(effect.channel, made.code, minutes, url)

    async def _use_code(
        self, effect: UseLinkCode, key: str, caller: Caller
    ) -> CarriedOver | CodeWrong | Refused:
        taken = await self._linking.take(caller.account, effect.code, key)
        if isinstance(taken, CodeNotTaken):
            return CodeWrong(taken.left) if taken.reason == "wrong" else Refused(taken.reason)
        if taken.member_id is None:
            await self._linking.join(caller.account, taken.maker)
            return CarriedOver(taken.maker.channel, member=False)
        credential = Credential("member_id", taken.member_id)
        try:
            proof = await self._vouch(caller.account, credential, taken.trust)
        except UnknownMember:
            await self._linking.give_back(effect.code)
            return Refused("expired")
        except Unavailable:
            await self._linking.give_back(effect.code)
            raise
        await self._customers.prove(caller.account, proof, by="link code")
        return CarriedOver(taken.maker.channel, member=True)

    async def _open_account_link(
        self, effect: OpenAccountLink, key: str, caller: Caller
    ) -> AccountLinkPage | Refused:
        channel = self._channels.get(caller.account.channel)
        url = await channel.account_link(caller.account) if channel else None
        return AccountLinkPage(url) if url else Refused("not-supported")

    async def _redeem(self, effect: RedeemNonce, key: str, caller: Caller) -> Proven | Refused:
        return await self._proven(caller, Credential("nonce", effect.nonce), "account link")

    async def _trust_contact(
        self, effect: TrustContact, key: str, caller: Caller
    ) -> Proven | Refused:
        return await self._proven(caller, Credential("phone", effect.phone), "contact")

    async def _proven(self, caller: Caller, credential: Credential, by: str) -> Proven | Refused:
        try:
            proof = await self._vouch(caller.account, credential)
        except UnknownMember:
            return Refused("unknown")
        await self._customers.prove(caller.account, proof, by=by)
        return Proven(proof.member_id)

    async def _disconnect(
        self, effect: Disconnect, key: str, caller: Caller
    ) -> Disconnected | Refused:
        gone = await self._linking.unlink(caller.account, effect.id)
        if gone is None:
            return Refused("gone")
        self._forget(gone, caller.member_id)
        return Disconnected(gone.channel, caller.member_id is not None)
