"""Tells staff who are not at the desk that customers wait: seldom, and once over all processes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.config import Settings
from bot.desk.outlets import Outlet, Waiters, open_outlets
from bot.handoff.policy import Policy
from bot.ports import Clock, Handoffs, Rounds

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 5.0
LEASE_SECONDS = 60.0
TELL_SECONDS = 30.0
BACKOFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
)


@dataclass(frozen=True)
class Manner:
    """After how long a wait word is sent, how often at most, and the desk's address."""

    after: timedelta
    every: timedelta
    desk: str | None = None


class Notices:
    """Looks after those who wait too long. An outlet that fails is tried again later, by itself."""

    def __init__(
        self,
        handoffs: Handoffs,
        rounds: Rounds,
        outlets: Mapping[str, Outlet],
        policy: Policy,
        manner: Manner,
        clock: Clock,
    ) -> None:
        self._handoffs = handoffs
        self._rounds = rounds
        self._outlets = outlets
        self._policy = policy
        self._manner = manner
        self._clock = clock

    async def run(self) -> None:
        """Look again and again, until cancelled; at once over where nobody is to be told."""
        while self._outlets:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await self.look()
            except Exception as fault:
                log.error("desk.notices_fault", fault=type(fault).__name__)

    async def look(self) -> None:
        """Send word where somebody waits too long in the desk's hours."""
        waiters = await self._waiters()
        if waiters is not None:
            each = self._outlets.items()
            await asyncio.gather(*(self._tell(name, outlet, waiters) for name, outlet in each))

    async def _waiters(self) -> Waiters | None:
        now = self._clock.now()
        if not self._policy.staffed(now):
            return None
        asked = [one.case.asked_at for one in await self._handoffs.waiting()]
        waits = [now - moment for moment in asked if moment is not None]
        late = [wait for wait in waits if wait > self._manner.after]
        if not late:
            return None
        longest = max(late) // timedelta(minutes=1)
        return Waiters(len(waits), len(late), longest, self._clock.real(), self._manner.desk)

    async def _tell(self, name: str, outlet: Outlet, waiters: Waiters) -> None:
        work = f"notice.{name}"
        failures = await self._rounds.claim(work, lease_seconds=LEASE_SECONDS)
        if failures is None:
            return
        try:
            async with asyncio.timeout(TELL_SECONDS):
                await outlet.tell(waiters)
        except Exception as fault:
            log.warning("desk.notice_failed", outlet=name, fault=type(fault).__name__)
            wait = BACKOFF[min(failures, len(BACKOFF) - 1)]
            await self._rounds.again(work, self._clock.real() + wait, failures=failures + 1)
        else:
            await self._rounds.again(work, self._clock.real() + self._manner.every)


def open_notices(
    settings: Settings, handoffs: Handoffs, rounds: Rounds, policy: Policy, clock: Clock
) -> Notices:
    """Word to wherever the operator wants it."""
    notify, public_url = settings.bot.desk.notify, settings.env.public_url
    manner = Manner(
        timedelta(minutes=notify.after_minutes),
        timedelta(minutes=notify.every_minutes),
        f"{public_url.rstrip('/')}/desk" if public_url else None,
    )
    return Notices(handoffs, rounds, open_outlets(settings.env), policy, manner, clock)
