"""Telegram as a channel of the counter."""

from __future__ import annotations

import asyncio
import hmac
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import structlog

from bot.channel import Counter, Envelope, Failed, Fetched, Finding, Profile, Sent
from bot.messages import Account
from bot.messages.inbound import Inbound
from connectors.telegram.lease import Lease
from connectors.telegram.myself import Myself
from connectors.telegram.pace import Pace
from connectors.telegram.parts import ABILITIES
from connectors.telegram.reading import CHANNEL, Reading

if TYPE_CHECKING:
    from connectors.telegram.office import Office

log = structlog.get_logger(__name__)

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105


@dataclass(frozen=True)
class TelegramSettings:
    """What the operator has set.

    `base` is `scheme://host[:port]` of the Bot API, `secret` what the platform sends with every
    call, `address` where it should call; `paced` keeps to the platform's advised rates.
    """

    token: str
    secret: str
    base: str = "https://api.telegram.org"
    address: str | None = None
    polling: bool = False
    languages: Sequence[str] = ("ja", "en")
    paced: bool = True


class Telegram:
    """Customers write to a bot; `database` keeps who polls, `now` is real time."""

    name = CHANNEL
    abilities = ABILITIES

    def __init__(
        self, settings: TelegramSettings, *, database: Any, now: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._now = now
        self.myself = Myself(settings.token)
        self._reading = Reading(self.myself, settings.languages, now)
        self._lease = Lease(database, str(self.myself.id or CHANNEL), now)

    @cached_property
    def _office(self) -> Office:
        """All that needs the library; made on first use, since its import takes time and memory."""
        office: Office = importlib.import_module("connectors.telegram.office").Office(
            self._settings, self.myself, Pace() if self._settings.paced else None, self._now
        )
        return office

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Does the call carry the secret that we gave with the webhook?"""
        given = headers.get(SECRET_HEADER, "").encode()
        return hmac.compare_digest(given, self._settings.secret.encode())

    def read(self, body: bytes) -> Sequence[Inbound]:
        """Translate one update. Raises `bot.errors.BadPayload`."""
        return self._reading.call(body)

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Sent | Failed]:
        """Send in order, one verdict each."""
        return await self._office.sender.send(batch)

    async def typing(self, message: Inbound) -> None:
        """Acknowledge a tap; else, or when asked again, show "typing". Never raises."""
        await self._office.typing(message)

    async def writing(self, account: Account, name: str) -> None:
        """Show "typing"; Telegram names nobody in it."""
        await self._office.writing(account)

    async def profile(self, account: Account) -> Profile | None:
        """What came with the latest message, else the name the platform tells. Never raises."""
        known = self._reading.profiles.get(account.user)
        return known or await self._office.profile(account)

    async def fetch_media(self, ref: str, *, largest: int) -> Fetched:
        """A file of at most 20 MB, by its id. Raises `MediaRefused` or `Unavailable`."""
        return await self._office.fetch_media(ref, largest)

    async def check(self) -> Sequence[Finding]:
        """Look whether the token and the webhook are right; changes nothing."""
        return await self._office.check()

    async def setup(self) -> Sequence[Finding]:
        """Set the webhook, the commands menu and the descriptions."""
        return await self._office.setup()

    async def invitation(self, code: str) -> str | None:
        """A deep link: pressing Start in the chat it opens brings the code along."""
        return await self._office.invitation(code)

    async def account_link(self, account: Account) -> str | None:
        """Telegram has no account link of its own; it vouches for phone numbers."""
        return None

    def routes(self, counter: Counter) -> Sequence[Any]:
        """The webhook is the counter's own door."""
        return ()

    async def run(self, counter: Counter) -> None:
        """Learn our name, and poll where that is how updates come; until cancelled."""
        # The import holds up whatever else happens in its thread.
        await asyncio.to_thread(importlib.import_module, "connectors.telegram.office")
        await self._office.run(counter, self._reading, self._lease)

    async def close(self) -> None:
        """Let go of the connections; whoever asks again gets new ones."""
        if office := self.__dict__.pop("_office", None):
            await office.close()
