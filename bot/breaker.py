"""A circuit breaker: a port that keeps failing is left alone for a while."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.errors import Fault, Unavailable
from bot.ports import Clock

FAILURES_IN_A_ROW = 5
CALLS_THAT_TELL = 10
SHARE_OF_FAILURES = 0.5
WINDOW = timedelta(seconds=10)
REST = timedelta(seconds=15)


class Resting(Unavailable):
    """The port is left alone; nothing was sent."""


class Breaker:
    """Opens at 5 failures in a row or when half of at least 10 calls in 10 s failed.

    After 15 s one call may try; its outcome closes the breaker or opens it again.
    """

    def __init__(self, port: str, clock: Clock) -> None:
        self._port = port
        self._clock = clock
        self._calls: deque[tuple[datetime, bool]] = deque(maxlen=1000)
        self._in_a_row = 0
        self._opened: datetime | None = None
        self._trying = False

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Around one call: a `Fault` is what counts as failure. Raises `Resting` while open.

        A call that is cancelled says nothing about the port.
        """
        tries = self._enter()
        try:
            yield
        except Fault:
            self._judge(False, tries)
            raise
        except Exception:
            self._judge(True, tries)
            raise
        else:
            self._judge(True, tries)
        finally:
            if tries:
                self._trying = False

    def _enter(self) -> bool:
        if self._opened is None:
            return False
        if self._trying or self._clock.real() < self._opened + REST:
            raise Resting(self._port)
        self._trying = True
        return True

    def _judge(self, well: bool, tries: bool) -> None:
        now = self._clock.real()
        if tries:
            self._calls.clear()
            self._in_a_row = 0
            self._opened = None if well else now
            return
        self._calls.append((now, well))
        while self._calls and self._calls[0][0] <= now - WINDOW:
            self._calls.popleft()
        self._in_a_row = 0 if well else self._in_a_row + 1
        if not well and (self._in_a_row >= FAILURES_IN_A_ROW or self._half_failed()):
            self._opened = now

    def _half_failed(self) -> bool:
        failed = sum(1 for _, well in self._calls if not well)
        enough = len(self._calls) >= CALLS_THAT_TELL
        return enough and failed >= len(self._calls) * SHARE_OF_FAILURES
