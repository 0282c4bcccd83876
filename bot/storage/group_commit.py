"""Group commit: writes that wait at the same time share one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

BATCH_AT_MOST = 64
T = TypeVar("T")
Work = Callable[[Connection], Any]


class Transact(Protocol):
    """Does work in a transaction."""

    def __call__(self, work: Work, *, durable: bool) -> Awaitable[Any]:
        """What the work returns. Not `durable`: as soon as others see it."""


@dataclass(frozen=True)
class _Waiting:
    work: Work
    order: str
    durable: bool
    done: asyncio.Future[Any]


class GroupCommit:
    """Gathers writes while a transaction is under way; the next one takes them all.

    Nothing is delayed for company: a write that comes alone starts at once.
    """

    def __init__(self, transact: Transact) -> None:
        self._transact = transact
        self._waiting: list[_Waiting] = []
        self._committer: asyncio.Task[None] | None = None

    async def write(self, work: Callable[[Connection], T], order: str, durable: bool = True) -> T:
        """Do `work`; returns when it is committed, raises what it raised."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(work, order, durable, done))
        if self._committer is None or self._committer.done():
            self._committer = asyncio.create_task(self._commit_all())
        return await done

    async def finish(self) -> None:
        """Wait until everything that was asked for is written."""
        if self._committer is not None:
            await self._committer

    async def _commit_all(self) -> None:
        while self._waiting:
            batch, self._waiting = (
                self._waiting[:BATCH_AT_MOST],
                self._waiting[BATCH_AT_MOST:],
            )
            batch = [write for write in batch if not write.done.cancelled()]
            await self._commit(sorted(batch, key=lambda write: write.order))

    async def _commit(self, batch: list[_Waiting]) -> None:
        """All in one; if that fails each by itself, so that only the one at fault fails."""
        try:
            results = await self._transact(
                lambda c: [write.work(c) for write in batch],
                durable=any(write.durable for write in batch),
            )
        except Exception:
            for write in batch:
                await self._commit_alone(write)
            return
        for write, result in zip(batch, results, strict=True):
            if not write.done.cancelled():
                write.done.set_result(result)

    async def _commit_alone(self, write: _Waiting) -> None:
        try:
            result = await self._transact(write.work, durable=write.durable)
        except Exception as fault:
            if not write.done.cancelled():
                write.done.set_exception(fault)
            return
        if not write.done.cancelled():
            write.done.set_result(result)
