"""Wakes those who wait, within this process."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress

UNHEARD_AT_MOST = 4096
CALLS_AT_MOST = 16
"""Who is busy looks again without being called: more calls than workers need not be kept."""


class LocalBell:
    """`bot.ports.Bell`. What nobody heard is kept for the next who waits.

    So nothing is missed by who looked first and then went to wait.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, dict[asyncio.Future[None], None]] = {}
        self._unheard: OrderedDict[str, int] = OrderedDict()

    def ring(self, topic: str) -> None:
        waiting = self._waiting.pop(topic, None)
        for waiter in waiting or ():
            if not waiter.done():
                waiter.set_result(None)
        if not waiting:
            self._keep(topic, 1)

    def call(self, topic: str) -> None:
        for waiter in self._waiting.get(topic, ()):
            if not waiter.done():
                waiter.set_result(None)
                return
        self._keep(topic, min(self._unheard.get(topic, 0) + 1, CALLS_AT_MOST))

    def _keep(self, topic: str, times: int) -> None:
        self._unheard[topic] = times
        self._unheard.move_to_end(topic)
        if len(self._unheard) > UNHEARD_AT_MOST:
            self._unheard.popitem(last=False)

    async def wait(self, topic: str, seconds: float) -> None:
        if unheard := self._unheard.pop(topic, 0):
            if unheard > 1:
                self._unheard[topic] = unheard - 1
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(topic, {})[waiter] = None
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await waiter
        finally:
            waiting = self._waiting.get(topic, {})
            waiting.pop(waiter, None)
            if not waiting:
                self._waiting.pop(topic, None)
