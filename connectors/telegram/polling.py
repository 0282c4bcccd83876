"""Updates fetched by us, where the platform cannot call: no public address is needed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter

from bot.channel import Counter
from bot.errors import BadPayload
from connectors.telegram.api import Api
from connectors.telegram.fields import integer, mapping
from connectors.telegram.lease import Lease
from connectors.telegram.reading import Reading

log = structlog.get_logger(__name__)

POLL_SECONDS = 25
LEASE_SECONDS = 60.0
"""Longer than one call may take, with its connection and answer times."""
LEASE_LOOK_SECONDS = 5.0
BACKOFF_SECONDS = (1.0, 2.0, 5.0, 15.0, 30.0)


class Poller:
    """Fetches updates and stores them before the platform is told that they have arrived."""

    def __init__(self, api: Api, reading: Reading, lease: Lease) -> None:
        self._api = api
        self._reading = reading
        self._lease = lease
        self._offset: int | None = None
        self._webhook_gone = False

    async def run(self, counter: Counter) -> None:
        """Poll until cancelled, whenever the lease is ours."""
        faults = 0
        try:
            while True:
                try:
                    await self._round(counter)
                    faults = 0
                except Exception as fault:
                    await asyncio.sleep(_pause(fault, faults))
                    faults += 1
        finally:
            await self._lease.give_back()

    async def _round(self, counter: Counter) -> None:
        if not await self._lease.take(LEASE_SECONDS):
            # Whoever has it confirms what it stored: where we were is no longer true.
            self._offset, self._webhook_gone = None, False
            await asyncio.sleep(LEASE_LOOK_SECONDS)
            return
        if not self._webhook_gone:
            await self._api.delete_webhook()
            self._webhook_gone = True
        try:
            updates = await self._api.raw_updates(self._offset, POLL_SECONDS)
        except Conflict:
            self._webhook_gone = False  # somebody set one, or polls as well
            raise
        for update in updates:
            await self._take_in(counter, update)

    async def _take_in(self, counter: Counter, update: object) -> None:
        """Store one; only then does the offset move past it."""
        try:
            message = self._reading.update(update)
        except BadPayload:
            log.warning("telegram.update_unreadable")
            message = None
        if message is not None:
            await counter.accept([message])
        number = integer(mapping(update).get("update_id"))
        if number is not None:
            self._offset = number + 1


def _pause(fault: Exception, faults: int) -> float:
    """How long to wait after a fault, in seconds; noted, since nothing comes in meanwhile."""
    log.warning("telegram.polling_fault", fault=type(fault).__name__)
    backoff = BACKOFF_SECONDS[min(faults, len(BACKOFF_SECONDS) - 1)]
    match fault:
        case RetryAfter(retry_after=timedelta() as wait):
            return max(wait.total_seconds(), backoff)
        case InvalidToken():
            return BACKOFF_SECONDS[-1]
    return backoff
