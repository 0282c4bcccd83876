"""A customer at the real house: writes, taps, waits, and reads what comes back."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import SystemClock
from bot.dialogue.replies import Replies
from bot.dialogue.state import Line
from bot.main import House
from bot.messages import Account, inbound, outbound
from bot.messages.outbound import Outbound
from bot.terminal import as_text
from tests.support.served import PATIENCE_SECONDS


class SettableClock(SystemClock):
    """Business time that a talk can move on."""

    def skip(self, time: timedelta) -> None:
        self._ahead += time


class Noting(Replies):
    """The house's words, with a note of the lines that were put into them."""

    noted: Sequence[Line] = ()

    def write(self, lines: Sequence[Line], language: str, now: datetime) -> tuple[Outbound, ...]:
        self.noted = lines
        return super().write(lines, language, now)


@dataclass
class Answer:
    """What one message brought: the lines by key, their text, the choices below them."""

    keys: list[str]
    text: str
    choices: dict[str, str] = field(default_factory=dict)


class Visitor:
    """One customer on one channel."""

    def __init__(
        self,
        house: House,
        codes: Path,
        language: str,
        channel: str = "terminal",
        *,
        in_company: bool = False,
    ) -> None:
        self.house = house
        self._codes = codes
        self._language = language
        self.account = Account(channel, uuid.uuid4().hex)
        self._in_company = in_company
        self._cursor = 0
        self._choices: dict[str, str] = {}

    async def say(self, text: str) -> Answer:
        """Write a message; `{code}` stands for the last one-time code."""
        if "{code}" in text:
            last = self._codes.read_text("utf-8").splitlines()[-1]
            text = text.replace("{code}", json.loads(last)["code"])
        return await self._sent(inbound.Text(**self._envelope(), text=text))

    async def tap(self, label: str) -> Answer:
        """Tap a choice of any earlier answer by its label."""
        return await self._sent(inbound.Tap(**self._envelope(), payload=self._choices[label]))

    async def tap_twice(self, label: str) -> Answer:
        """Tap a choice, and at once again: two taps of their own, as platforms see it."""
        payload = self._choices[label]
        taps = [inbound.Tap(**self._envelope(), payload=payload) for _ in range(2)]
        await self.house.front_desk.accept(taps)
        return await self._answered()

    async def tell(self, text: str) -> None:
        """Write a message that nobody may answer."""
        message = inbound.Text(**self._envelope(), text=text)
        await self.house.front_desk.accept([message])

    async def press(self, label: str) -> None:
        """Tap a choice that nobody may answer."""
        tap = inbound.Tap(**self._envelope(), payload=self._choices[label])
        await self.house.front_desk.accept([tap])

    async def send_picture(self) -> None:
        """Send a photo that nobody may answer."""
        picture = inbound.Media(**self._envelope(), media="image", ref=uuid.uuid4().hex)
        await self.house.front_desk.accept([picture])

    async def unread(self) -> list[str]:
        """What has come since the last answer was read."""
        items = await self.house.front_desk.timeline(self.account, self._cursor)
        return [as_text(item.content) for item in items if item.author != "customer"]

    async def share_contact(self, phone: str, *, own: bool) -> Answer:
        """Share a telephone number through the platform."""
        return await self._sent(inbound.Contact(**self._envelope(), phone=phone, own=own))

    async def share_place(self, lat: float, lng: float) -> Answer:
        """Send where one is."""
        return await self._sent(inbound.Location(**self._envelope(), lat=lat, lng=lng))

    async def come_by_link(self, start: str) -> Answer:
        """Open the talk by a link that brings something along."""
        return await self._sent(inbound.Joined(**self._envelope(), start=start))

    async def log_in_for_the_platform(self, nonce: str) -> Answer:
        """Confirm an account link on the retailer's page."""
        return await self._sent(inbound.AccountLinked(**self._envelope(), nonce=nonce, ok=True))

    async def read_on(self) -> Answer:
        """What comes without a word of the customer's."""
        return await self._answered()

    def wait(self, minutes: float) -> None:
        """Do nothing for a while."""
        assert isinstance(self.house.clock, SettableClock)
        self.house.clock.skip(timedelta(minutes=minutes))

    def _envelope(self) -> dict[str, object]:
        now = datetime.now(UTC)
        return {
            "id": uuid.uuid4().hex,
            "account": self.account,
            "at": now,
            "locale": self._language,
            "shared": self._in_company,
        }

    async def _sent(self, message: inbound.Inbound) -> Answer:
        await self.house.front_desk.accept([message])
        return await self._answered()

    async def _answered(self) -> Answer:
        desk = self.house.front_desk
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                items = await desk.timeline(self.account, self._cursor)
                self._cursor = items[-1].cursor if items else self._cursor
                spoken = [item.content for item in items if item.author != "customer"]
                if spoken:
                    return self._answer(spoken)
                await desk.wait(self.account, self._cursor, PATIENCE_SECONDS)

    def _answer(self, spoken: Sequence[Outbound]) -> Answer:
        replies = self.house.reception.house.replies
        assert isinstance(replies, Noting)
        texts = [part for part in spoken if isinstance(part, outbound.Text)]
        choices = {choice.label: choice.tap for text in texts for choice in text.choices}
        self._choices.update(choices)
        keys = [line.key for line in replies.noted]
        return Answer(keys, "\n".join(as_text(content) for content in spoken), choices)
