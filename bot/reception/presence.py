"""What shows a customer that somebody is there: the first words, a sign of reading and writing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import replace

from bot.channel import Channel
from bot.dialogue.state import Line
from bot.messages import inbound
from bot.messages.inbound import Inbound
from bot.ports import Sheet
from bot.reception.house import Counterhand

WRITING_AFTER_SECONDS = 0.5
"""An answer that is there sooner needs no sign that it is coming."""
PROFILE_SECONDS = 1.0


class Presence:
    """Speaks to channels beside the answers themselves; nothing here can keep an answer."""

    def __init__(self, house: Counterhand) -> None:
        self._house = house
        self._signs: set[asyncio.Task[None]] = set()

    @contextlib.contextmanager
    def working(self, message: Inbound) -> Iterator[None]:
        """While an answer is being worked on: a tap is acknowledged at once, and who waits longer
        sees that something is being written."""
        channel = self._house.channels.get(message.account.channel)
        if channel is None:
            yield
            return
        if isinstance(message, inbound.Tap):
            self._show(channel, message)
        waiting = asyncio.get_running_loop().call_later(
            WRITING_AFTER_SECONDS, self._show, channel, message
        )
        try:
            yield
        finally:
            waiting.cancel()

    def _show(self, channel: Channel, message: Inbound) -> None:
        task = asyncio.create_task(channel.typing(message))
        self._signs.add(task)
        task.add_done_callback(self._signs.discard)

    async def introduced(self, sheet: Sheet, message: Inbound) -> Sheet:
        """At first contact: in the language of the platform's profile, where nothing else tells."""
        channel = self._house.channels.get(message.account.channel)
        if sheet.greeted or channel is None or message.shared:
            return sheet
        try:
            async with asyncio.timeout(PROFILE_SECONDS):
                profile = await channel.profile(message.account)
        except TimeoutError:
            return sheet
        if profile is None:
            return sheet
        if profile.display_name:
            await self._house.customers.introduce(message.account, profile.display_name)
        language = (profile.language or "").partition("-")[0].lower()
        if message.locale or language not in self._house.languages:
            return sheet
        return replace(sheet, customer=replace(sheet.customer, language=language))

    def first_words(self, sheet: Sheet, message: Inbound) -> tuple[Line, ...]:
        """What we are, what is kept and that there are people: once on each account."""
        channel = self._house.channels.get(message.account.channel)
        if sheet.greeted or channel is None or channel.abilities.introduces_us:
            return ()
        return (Line("manners.first_contact"),)
