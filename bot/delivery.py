"""Send what is in the outbox: per account in order, with retries, a failure never silent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog
from prometheus_client import Counter

from bot.channel import Channel, Envelope, Failed, Sent
from bot.ports import Bell, Clock, Outbox, Parcel

log = structlog.get_logger(__name__)

LEASE_SECONDS = 60.0
SEND_SECONDS = 45.0
"""A channel that takes longer is stopped, before another worker sends the same."""
IDLE_SECONDS = 1.0
ATTEMPTS_AT_MOST = 8
BACKOFF_SECONDS = (1, 2, 5, 15, 60, 300, 900)

DELIVERED = Counter(
    "madoguchi_delivered", "Outgoing messages by channel and fate", ["channel", "fate"]
)


class Delivery:
    """Carries messages to the channels that must be called."""

    def __init__(
        self, outbox: Outbox, channels: Mapping[str, Channel], clock: Clock, bell: Bell
    ) -> None:
        self._outbox = outbox
        self._channels = channels
        self._clock = clock
        self._bell = bell

    async def work(self, worker: str) -> None:
        """Send whatever is due, until cancelled."""
        while True:
            try:
                parcel = await self._outbox.claim(worker, lease_seconds=LEASE_SECONDS)
                if parcel is None:
                    await self._bell.wait("outbox", IDLE_SECONDS)
                    continue
                await self.carry(parcel)
            except Exception as fault:
                log.error("delivery.fault", worker=worker, fault=type(fault).__name__)
                await self._bell.wait("outbox", IDLE_SECONDS)

    async def carry(self, parcel: Parcel) -> None:
        """Send one account's due messages and note the fate of each."""
        verdicts = await self._sent(parcel)
        delivered = [verdict for verdict in verdicts if isinstance(verdict, Sent)]
        if delivered:
            used = {handle for verdict in delivered for handle in verdict.used}
            await self._outbox.sent(parcel, [verdict.key for verdict in delivered], used)
            DELIVERED.labels(parcel.account.channel, "sent").inc(len(delivered))
        failures = [verdict for verdict in verdicts if isinstance(verdict, Failed)]
        for failure in failures:
            if not await self._noted(parcel, failure):
                break  # those behind it wait with it: order is kept
        await self._outbox.release(parcel)
        if moved := next(filter(None, (verdict.migrated for verdict in delivered)), None):
            await self._outbox.migrated(parcel.account, moved)

    async def _sent(self, parcel: Parcel) -> Sequence[Sent | Failed]:
        channel = self._channels.get(parcel.account.channel)
        if channel is None:
            return [Failed(e.key, "the channel is off") for e in parcel.envelopes]
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await channel.send(parcel.envelopes)
        except Exception as fault:
            log.error("channel.fault", channel=channel.name, fault=type(fault).__name__)
            return [_fault(envelope, fault) for envelope in parcel.envelopes]

    async def _noted(self, parcel: Parcel, failure: Failed) -> bool:
        """True when the message is dead and those behind it may move on."""
        # Attempts are counted for the first; those behind it only had to wait.
        attempts = parcel.attempts if failure.key == parcel.envelopes[0].key else 0
        reason = f"{failure.kind}: {failure.reason}"
        hopeless = failure.permanent or failure.blocked or attempts + 1 >= ATTEMPTS_AT_MOST
        if hopeless:
            await self._outbox.dead(parcel, failure.key, reason=reason, blocked=failure.blocked)
            DELIVERED.labels(parcel.account.channel, "dead").inc()
            return True
        backoff = BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS) - 1)]
        wait = max(failure.retry_after or 0.0, float(backoff))
        not_before = self._clock.real() + timedelta(seconds=wait)
        await self._outbox.retry(parcel, failure.key, not_before=not_before, reason=reason)
        DELIVERED.labels(parcel.account.channel, "retry").inc()
        return False


def _fault(envelope: Envelope, fault: Exception) -> Failed:
    return Failed(envelope.key, type(fault).__name__)
