"""Wakes those who wait, within this process."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress

from bot.messages.account import timeline_topic

__all__ = ["UNHEARD_AT_MOST", "LocalBell", "timeline_topic"]

UNHEARD_AT_MOST = 4096


class LocalBell:
    """`bot.ports.Bell`. A ring that nobody heard is kept for the next who waits.

    So nothing is missed by who looked first and then went to wait.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self._unheard: OrderedDict[str, None] = OrderedDict()

    def ring(self, topic: str) -> None:
        waiting = self._waiting.pop(topic, None)
        for waiter in waiting or ():
            if not waiter.done():
                waiter.set_result(None)
        if not waiting:
            self._unheard[topic] = None
            self._unheard.move_to_end(topic)
            if len(self._unheard) > UNHEARD_AT_MOST:
                self._unheard.popitem(last=False)

    async def wait(self, topic: str, seconds: float) -> None:
        if topic in self._unheard:
            del self._unheard[topic]
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(topic, set()).add(waiter)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await waiter
        finally:
            waiting = self._waiting.get(topic, set())
            waiting.discard(waiter)
            if not waiting:
                self._waiting.pop(topic, None)
