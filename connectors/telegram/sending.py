"""Messages on their way out: one account's in order, each with a verdict."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from telegram import ReplyParameters
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.channel import Envelope, Failed, Sent
from bot.channel.splitting import says_something
from bot.messages import Account
from bot.messages.outbound import Card, Picture, Place, Text
from connectors.telegram.api import Api
from connectors.telegram.callbacks import Callbacks
from connectors.telegram.handles import quoted_by
from connectors.telegram.keyboards import keyboard
from connectors.telegram.pace import Pace
from connectors.telegram.parts import Part, caption, parts, plainly
from connectors.telegram.recent import Recent

log = structlog.get_logger(__name__)

REMEMBERED = 1000
BUDGET_SECONDS = 15.0
"""No further message is begun after this, so that the last one's calls end in time."""
HOPELESS = ("chat not found", "not enough rights", "no rights", "chat_write_forbidden")
"""What Telegram says when no other form of the message could arrive either."""


class Sender:
    """Sends to Telegram; without a `pace`, as fast as it is asked to."""

    def __init__(self, api: Api, callbacks: Callbacks, pace: Pace | None) -> None:
        self._api = api
        self._callbacks = callbacks
        self._pace = pace
        self._arrived = Recent[int](REMEMBERED)
        self._moved = Recent[str](REMEMBERED)

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Sent | Failed]:
        """Send in order; what must wait makes those behind it wait, too."""
        verdicts = await self._verdicts(batch)
        # Only now is it known that the verdicts arrive: whoever is stopped halfway begins anew.
        for verdict in verdicts:
            if isinstance(verdict, Sent):
                self._arrived.pop(verdict.key, None)
        return verdicts

    async def _verdicts(self, batch: Sequence[Envelope]) -> Sequence[Sent | Failed]:
        verdicts: list[Sent | Failed] = []
        until = time.monotonic() + BUDGET_SECONDS
        for number, envelope in enumerate(batch):
            if time.monotonic() > until:
                return [*verdicts, *_behind(Failed("", "Telegram is slow"), batch[number:])]
            await self._callbacks.answer(envelope.reply)
            failure = await self._deliver(envelope)
            verdicts.append(failure or Sent(envelope.key, migrated=self._migrated(envelope)))
            if failure is not None and (failure.blocked or not failure.permanent):
                return [*verdicts, *_behind(failure, batch[number + 1 :])]
        return verdicts

    async def _deliver(self, envelope: Envelope) -> Failed | None:
        """All parts of a message; what has arrived of it is not sent again when it is retried."""
        arrived = self._arrived.get(envelope.key, 0)
        for number, part in enumerate(parts(envelope)[arrived:], start=arrived):
            chat = envelope.account.user
            quoted = quoted_by(envelope.reply, chat) if number == 0 else None
            failure = await self._attempt(envelope, part, quoted)
            if failure is not None:
                return failure
            self._arrived[envelope.key] = number + 1
        return None

    async def _attempt(self, envelope: Envelope, part: Part, quoted: int | None) -> Failed | None:
        key, chat = envelope.key, envelope.account.user
        if self._pace is not None:
            if seconds := self._pace.wait(chat):
                return Failed(key, "this chat has had enough for now", retry_after=seconds)
            await self._pace.turn()
        try:
            await self._show_somehow(chat, part, quoted)
        except TelegramError as fault:
            return _failed(key, fault)
        return None

    async def _show_somehow(self, chat: str, part: Part, quoted: int | None) -> None:
        """As meant, else once more in words alone."""
        try:
            await self._follow(chat, part, quoted)
        except BadRequest as fault:
            if any(words in fault.message.lower() for words in HOPELESS):
                raise
            log.warning("telegram.refused", kind=type(part).__name__, reason=fault.message)
            for plain in plainly(part):
                await self._follow(chat, plain, None)

    async def _follow(self, chat: str, part: Part, quoted: int | None) -> None:
        """Send to a chat, wherever it has moved: a group that grows gets another id."""
        try:
            if chat not in self._moved:
                await self._call(chat, part, quoted)
                return
        except ChatMigrated as moved:
            log.info("telegram.chat_migrated")
            self._moved[chat] = str(moved.new_chat_id)
        await self._call(self._moved[chat], part, None)

    def _migrated(self, envelope: Envelope) -> Account | None:
        """Where it went, where that is not the chat it was meant for."""
        moved = self._moved.get(envelope.account.user)
        return Account(envelope.account.channel, moved) if moved else None

    async def _call(self, chat: str, part: Part, quoted: int | None) -> None:
        """One call of the API. No `parse_mode`: what was written is what is shown."""
        api = self._api
        quote = ReplyParameters(quoted, allow_sending_without_reply=True) if quoted else None
        match part:
            case Text(text, choices):
                buttons = keyboard(choices)
                await api.send_message(chat, text, reply_markup=buttons, reply_parameters=quote)
            case Card(image_url=str(url), choices=choices):
                await api.send_photo(
                    chat,
                    url,
                    caption=caption(part),
                    reply_markup=keyboard(choices),
                    reply_parameters=quote,
                )
            case Picture(url, alt):
                await api.send_photo(chat, url, caption=alt, reply_parameters=quote)
            case Place(name, address, lat, lng):
                await api.send_venue(
                    chat,
                    lat,
                    lng,
                    name,
                    address if says_something(address) else name,
                    reply_parameters=quote,
                )


def _behind(failure: Failed, others: Sequence[Envelope]) -> list[Failed]:
    """The same for those that wait behind."""
    return [replace(failure, key=other.key) for other in others]


def _failed(key: str, fault: TelegramError) -> Failed:
    """What a refusal means for the bot. Order matters: most of these are `NetworkError`s."""
    match fault:
        case RetryAfter(retry_after=timedelta() as wait):
            return Failed(key, "too many requests", retry_after=wait.total_seconds())
        case Forbidden():
            return Failed(key, fault.message, permanent=True, blocked=True)
        case InvalidToken():
            log.error("telegram.token_refused")
            return Failed(key, "Telegram refuses the token")
        case BadRequest() | ChatMigrated():
            return Failed(key, fault.message, permanent=True)
    # A call that timed out may have arrived, and there is no key to repeat it under: the next
    # try may show it twice. Losing it would be worse.
    return Failed(key, type(fault).__name__)
