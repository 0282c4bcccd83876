"""Answers that come too late for their free handle are offered on it, while that still works.

The tap on the offer brings a fresh handle, and the answer goes out for free.
"""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta

import structlog
from prometheus_client import Counter

from bot.channel import Channel, Envelope, Sent
from bot.dialogue.state import Button, Line
from bot.messages.inbound import SHOW_ANSWER
from bot.ports import Aging, Outbox
from bot.reception.house import Counterhand

log = structlog.get_logger(__name__)

SEND_SECONDS = 20.0
LEASE_SECONDS = 30.0
ANSWER_WAITS = timedelta(minutes=10)
"""For the tap; then it is sent all the same, at a price: it must not be lost."""

OFFERS = Counter("madoguchi_offers", "Answers offered by a button: sent, or failed", ["fate"])
_BUTTON = Button(SHOW_ANSWER, "open", key="choice.show_answer")


class Offering:
    """Offers answers on handles that are about to die. It looks at what is stored, not at the turn
    under way: also who still stands in the queue, or whose worker died, is offered theirs."""

    def __init__(self, house: Counterhand, outbox: Outbox) -> None:
        self._house = house
        self._outbox = outbox

    async def look(self) -> None:
        """Offer an answer to everybody whose handle is about to die, once on each handle."""
        for channel in self._house.channels.values():
            if channel.abilities.offer_after is None:
                continue
            before = self._house.clock.real() - timedelta(seconds=channel.abilities.offer_after)
            while aging := await self._outbox.aging(
                channel.name, came_before=before, lease_seconds=LEASE_SECONDS
            ):
                await self._offer(channel, aging)

    async def _offer(self, channel: Channel, aging: Aging) -> None:
        done = await self._sent(channel, self._envelope(aging))
        OFFERS.labels("sent" if done else "failed").inc()
        until = self._house.clock.real() + ANSWER_WAITS if done else None
        await self._outbox.offered(aging, until=until)

    def _envelope(self, aging: Aging) -> Envelope:
        now = self._house.clock.now()
        line = Line("manners.answer_later", buttons=(_BUTTON,))
        (content,) = self._house.replies.write((line,), aging.language, now)
        key = uuid.uuid5(uuid.NAMESPACE_OID, f"offer/{aging.reply}").hex
        return Envelope(key, aging.account, "bot", content, now, reply=aging.reply, free_only=True)

    async def _sent(self, channel: Channel, envelope: Envelope) -> bool:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                [verdict] = await channel.send([envelope])
        except Exception as fault:
            log.error("channel.fault", channel=channel.name, fault=type(fault).__name__)
            return False
        return isinstance(verdict, Sent)
