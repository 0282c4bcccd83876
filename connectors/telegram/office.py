"""The part of the channel that speaks to Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.helpers import create_deep_linked_url

from bot.channel import Counter, Fetched, Finding, Profile
from bot.messages import Account
from bot.messages.inbound import Inbound
from connectors.telegram import administration, media
from connectors.telegram.api import open_api
from connectors.telegram.callbacks import Callbacks
from connectors.telegram.lease import Lease
from connectors.telegram.myself import Myself
from connectors.telegram.pace import Pace
from connectors.telegram.polling import Poller
from connectors.telegram.reading import Reading
from connectors.telegram.sending import Sender

if TYPE_CHECKING:
    from connectors.telegram.channel import TelegramSettings

log = structlog.get_logger(__name__)

ASK_AGAIN_SECONDS = 30.0


class Office:
    """One bot's calls, over one pool of connections; `now` is real time."""

    def __init__(
        self,
        settings: TelegramSettings,
        myself: Myself,
        pace: Pace | None,
        now: Callable[[], datetime],
    ) -> None:
        self._api = open_api(settings.token, settings.base)
        self._myself = myself
        self._now = now
        self._polling = settings.polling
        self._callbacks = Callbacks(self._api)
        self._wanted = administration.Wanted(
            settings.address, settings.secret, settings.polling, settings.languages
        )
        self.sender = Sender(self._api, self._callbacks, pace)

    async def typing(self, message: Inbound) -> None:
        """Acknowledge a tap; else, or when asked again, show "typing".

        It is shown for five seconds or until the answer comes: not with a tap at once, since it
        would overtake most answers and stay behind them.
        """
        if not await self._callbacks.answer(message.reply):
            await self.writing(message.account)

    async def writing(self, account: Account) -> None:
        """Show "typing" for five seconds, or until something comes."""
        try:
            await self._api.send_chat_action(account.user, ChatAction.TYPING)
        except TelegramError as fault:
            log.info("telegram.typing_not_shown", fault=type(fault).__name__)

    async def profile(self, account: Account) -> Profile | None:
        """The chat's name. No picture: its address would contain the token."""
        try:
            chat = await self._api.get_chat(account.user)
        except TelegramError as fault:
            log.info("telegram.no_profile", fault=type(fault).__name__)
            return None
        return Profile(display_name=chat.title or chat.full_name)

    async def fetch_media(self, ref: str, largest: int) -> Fetched:
        """What a customer sent. Raises `MediaRefused` or `Unavailable`."""
        return await media.fetch(self._api, ref, largest)

    async def invitation(self, code: str) -> str | None:
        """A deep link that brings a code along; None while nobody can tell our name."""
        try:
            name = self._myself.username or (await self._api.get_me()).username
            return create_deep_linked_url(name or "", code)
        except (TelegramError, ValueError) as fault:
            log.warning("telegram.no_invitation", fault=type(fault).__name__)
            return None

    async def check(self) -> Sequence[Finding]:
        """How things are at the platform."""
        return await administration.check(self._api, self._wanted, self._now())

    async def setup(self) -> Sequence[Finding]:
        """Make them so."""
        return await administration.setup(self._api, self._wanted)

    async def run(self, counter: Counter, reading: Reading, lease: Lease) -> None:
        """Work until cancelled."""
        if self._polling:
            poller = Poller(self._api, reading, lease)
            await asyncio.gather(self._introduce(), poller.run(counter))
        await self._introduce()
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.hang_up()

    async def _introduce(self) -> None:
        """Learn the name by which people call us in groups."""
        while self._myself.username is None:
            try:
                self._myself.username = (await self._api.get_me()).username
            except TelegramError as fault:
                log.warning("telegram.unreached", fault=type(fault).__name__)
                await asyncio.sleep(ASK_AGAIN_SECONDS)
