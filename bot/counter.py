"""What channels may ask of the bot: accept messages, identify a member, show the timeline."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from bot.channel import Channel, Invitation, Item
from bot.customers.linking import WITHIN, Credential
from bot.errors import TooMany
from bot.messages import Account
from bot.messages.account import timeline_topic
from bot.messages.inbound import Identified, Inbound
from bot.ports import Bell, Customers, Linking, Mailbox, Proof, Timeline

Vouch = Callable[[Account, Credential], Awaitable[Proof]]
"""Asks the backend for a member's session on the channel's word."""


class FrontDesk:
    """The `Counter` of `bot.channel`, over the ports."""

    def __init__(
        self,
        *,
        mailbox: Mailbox,
        timeline: Timeline,
        customers: Customers,
        bell: Bell,
        vouch: Vouch,
        forget: Callable[[Account, str | None], None],
        now: Callable[[], datetime],
        linking: Linking,
        channels: Mapping[str, Channel],
    ) -> None:
        self._mailbox = mailbox
        self._timeline = timeline
        self._customers = customers
        self._bell = bell
        self._vouch = vouch
        self._forget = forget
        self._now = now
        self._linking = linking
        self._channels = channels

    async def accept(self, messages: Sequence[Inbound]) -> int:
        """Store messages durably, once each; how many were new."""
        return await self._mailbox.put(messages)

    async def identify(self, account: Account, member_id: str) -> Account:
        """The channel vouches that this account is this member; the account to go on with.

        Raises `bot.errors.UnknownMember`, or `bot.errors.Unavailable` when the backend cannot
        open a session for them now.
        """
        before = await self._customers.member_of(account)
        if before is not None and before != member_id:
            account = Account(account.channel, uuid.uuid4().hex)
        proof = await self._vouch(account, Credential("member_id", member_id))
        await self._customers.prove(account, proof, by="channel")
        letter, anew = f"identified:{uuid.uuid4().hex}", before != member_id
        known = Identified(id=letter, account=account, at=self._now(), anew=anew)
        await self._mailbox.put([known])
        return account

    async def forget(self, account: Account) -> None:
        """The customer logs out here: nothing that was answered to them is kept."""
        self._forget(account, await self._customers.member_of(account))
        await self._customers.leave(account)

    def others(self, channel: str) -> Sequence[str]:
        """Names of the channels that are on beside this one."""
        return [name for name in self._channels if name != channel]

    async def invite(self, account: Account, channel: str) -> Invitation:
        """Let this account's talk go on in another channel. Raises `TooMany`."""
        made = await self._linking.make(account)
        if made is None:
            raise TooMany(WITHIN.total_seconds())
        url = await self._channels[channel].invitation(made.code)
        return Invitation(made.code, made.expires_at, url)

    async def timeline(self, account: Account, after: int, limit: int = 100) -> Sequence[Item]:
        """Entries of this account behind a cursor, oldest first."""
        return await self._timeline.after(account, after, limit)

    async def earlier(
        self, account: Account, before: int | None, limit: int = 50
    ) -> Sequence[Item]:
        """The last entries of this account before a cursor, or of all, oldest first."""
        return await self._timeline.before(account, before, limit)

    async def wait(self, account: Account, after: int, seconds: float) -> None:
        """Return when there may be something behind the cursor, or when the time is up."""
        if not await self._timeline.after(account, after, limit=1):
            await self._bell.wait(timeline_topic(account), seconds)
