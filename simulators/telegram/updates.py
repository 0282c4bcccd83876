"""Updates on their way to the bot: fetched by long polling, or posted to its webhook."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from simulators.telegram.refusals import Refused, bad_request

Update = dict[str, Any]
ON_REQUEST_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LONGEST_POLL_SECONDS = 50
CALL_SECONDS = 60.0
MADE = 1000
"""So many of the latest updates can be looked at, for repeating them."""


@dataclass
class Webhook:
    """Where updates go; `error` is the latest failure with its time in Unix seconds."""

    url: str
    secret: str = ""
    connections: int = 40
    error: tuple[int, str] | None = None


def kind_of(update: Update) -> str:
    return next(name for name in update if name != "update_id")


class Updates:
    """Every update until it has arrived. Failed calls are repeated, first after `retry_seconds`,
    then after twice as long each time, up to a minute.
    """

    def __init__(self, first_id: int, retry_seconds: float) -> None:
        self._ids = itertools.count(first_id)
        self._retry_seconds = retry_seconds
        self._polls = itertools.count()
        self._poll = -1
        self._waiting = 0
        self._changed = asyncio.Event()
        self._tasks: dict[tuple[object, str], asyncio.Task[None]] = {}
        self.pending: deque[Update] = deque()
        self.allowed: frozenset[str] | None = None
        self.webhook: Webhook | None = None
        self.made: deque[Update] = deque(maxlen=MADE)

    def add(self, chat: object, kind: str, event: dict[str, Any]) -> Update | None:
        """Something happened in a chat; None when the bot does not want to know of such things."""
        if kind not in self.allowed if self.allowed else kind in ON_REQUEST_ONLY:
            return None
        update = {"update_id": next(self._ids), kind: event}
        self.made.append(update)
        self.repeat(chat, update)
        return update

    def repeat(self, chat: object, update: Update) -> None:
        """Put an update in the queue, for the first time or again."""
        self.pending.append(update)
        self._wake()
        if self.webhook is not None:
            self._deliver_later(chat, update)

    # Fetched by the bot ------------------------------------------------------------------------

    @property
    def polled(self) -> bool:
        """Does somebody wait for updates?"""
        return self._waiting > 0

    async def fetch(self, offset: int, limit: int, seconds: int) -> Sequence[Update]:
        """`getUpdates`: confirms what lies below the offset, then waits for more."""
        if self.webhook is not None:
            raise Refused(
                409,
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._confirm(offset)
        self._poll = mine = next(self._polls)
        self._wake()
        self._waiting += 1
        try:
            async with asyncio.timeout(min(seconds, LONGEST_POLL_SECONDS)):
                while not self.pending and mine == self._poll:
                    await self._changed.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting -= 1
        if mine != self._poll:
            raise Refused(
                409,
                "terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        return list(itertools.islice(self.pending, limit))

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            kept = list(self.pending)[offset:]
        else:
            kept = [update for update in self.pending if update["update_id"] >= offset]
        self.pending = deque(kept)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    # Posted to the bot -------------------------------------------------------------------------

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Post from now on, or stop posting; what waits goes the new way."""
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()
        self.webhook = webhook
        self._dismiss()
        if webhook is not None:
            for update in list(self.pending):
                self._deliver_later(None, update)

    def _deliver_later(self, chat: object, update: Update) -> None:
        """One at a time for each chat and kind: kinds of one chat may overtake each other."""
        lane = (chat, kind_of(update))
        before = self._tasks.get(lane)
        self._tasks[lane] = asyncio.create_task(self._deliver(update, before))

    async def _deliver(self, update: Update, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        wait = 0.0
        while self.webhook is not None and not await self._posted(update, self.webhook):
            await asyncio.sleep(wait)
            wait = min(max(wait * 2, self._retry_seconds), 60.0)
        if update in self.pending:
            self.pending.remove(update)

    async def _posted(self, update: Update, webhook: Webhook) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        try:
            answer = await self.client.post(webhook.url, json=update, headers=headers)
        except httpx.HTTPError as fault:
            webhook.error = (int(time.time()), type(fault).__name__)
            return False
        if not answer.is_success:
            phrase = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
            webhook.error = (int(time.time()), phrase)
        return answer.is_success

    @cached_property
    def client(self) -> httpx.AsyncClient:
        """What updates are posted with."""
        return httpx.AsyncClient(timeout=CALL_SECONDS)

    async def settle(self) -> None:
        """Return when all that was posted has arrived."""
        while running := [task for task in self._tasks.values() if not task.done()]:
            await asyncio.wait(running)

    def _dismiss(self) -> None:
        """Send whoever polls away."""
        self._poll = next(self._polls)
        self._wake()

    async def close(self) -> None:
        """Stop posting, and answer whoever polls."""
        self._dismiss()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if "client" in self.__dict__:
            await self.client.aclose()


def check_url(url: str, *, lenient: bool) -> None:
    """May a webhook be here? `lenient` as a Bot API server of one's own. Raises `Refused`."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise bad_request("bad webhook: invalid URL") from None
    if lenient:
        return
    if parsed.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (parsed.port or 443) not in (80, 88, 443, 8443):
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
