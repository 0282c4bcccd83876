"""The streams that are open in this process: how many there may be, and what stirs them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager

STREAMS_AT_MOST = 10
"""As many tabs of one browser may follow the talk at once."""


class Stream:
    """One open stream. `gives_way` is set when it has to end for a newer one."""

    def __init__(self) -> None:
        self.gives_way = False
        self._writer: str | None = None
        self._stirred = asyncio.Event()

    @property
    def is_stirred(self) -> bool:
        """Has something happened that stands in no timeline?"""
        return self._stirred.is_set()

    def end(self) -> None:
        """A newer stream takes its place."""
        self.gives_way = True
        self._stirred.set()

    def write(self, name: str) -> None:
        """A person of that name is writing."""
        self._writer = name
        self._stirred.set()

    def writer(self) -> str | None:
        """Who is writing, told once."""
        name, self._writer = self._writer, None
        if not self.gives_way:
            self._stirred.clear()
        return name

    async def unless_stirred(self, wait: Awaitable[None]) -> None:
        """Wait as long as nothing else happens here."""
        waiting = asyncio.ensure_future(wait)
        stirring = asyncio.ensure_future(self._stirred.wait())
        try:
            await asyncio.wait({waiting, stirring}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                await waiting
        finally:
            waiting.cancel()
            stirring.cancel()


class Streams:
    """The open streams of each account: where there are too many, the oldest gives way."""

    def __init__(self) -> None:
        self._open: defaultdict[str, list[Stream]] = defaultdict(list)

    @contextmanager
    def opened(self, account: str) -> Iterator[Stream]:
        """Inside, one more stream is open."""
        mine, theirs = Stream(), self._open[account]
        theirs.append(mine)
        if len(theirs) > STREAMS_AT_MOST:
            theirs.pop(0).end()
        try:
            yield mine
        finally:
            if mine in theirs:
                theirs.remove(mine)
            if not theirs:
                self._open.pop(account, None)

    def write(self, account: str, name: str) -> None:
        """A person of that name is writing to this account; without a stream nobody sees it."""
        for stream in self._open.get(account, ()):
            stream.write(name)
