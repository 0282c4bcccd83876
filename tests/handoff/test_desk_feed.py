"""What the desk reads for its open pages, and that it reads no more than that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.desk import feed
from bot.desk.feed import Feed
from bot.messages import Account
from tests.handoff.office import Office
from tests.support.served import PATIENCE_SECONDS

SOME_LOOKS = 10


class Asked:
    """How often each table was read from."""

    def __init__(self) -> None:
        self._statements: list[str] = []

    def note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._statements.append(" ".join(statement.split()))

    def of(self, table: str) -> int:
        return sum(f"FROM {table} " in f"{one} " for one in self._statements)

    async def looks(self, table: str, more: int) -> None:
        """Return when it has been read so often more."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            until = self.of(table) + more
            while self.of(table) < until:  # noqa: ASYNC110
                await asyncio.sleep(0.005)


@contextmanager
def reading() -> Iterator[Asked]:
    asked = Asked()
    event.listen(Engine, "before_cursor_execute", asked.note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", asked.note)


async def test_staff_are_looked_up_while_somebody_watches_and_no_longer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LOOK_EVERY_SECONDS", 0.01)
    sato = await office.hires("sato")
    storage = office.storage
    fed = Feed(storage.desk, storage.agents, office.board, storage.bell)
    running = asyncio.create_task(fed.run())
    try:
        with reading() as asked:
            await asked.looks("desk_events", SOME_LOOKS)
            assert asked.of("agents") == 0
            with fed.watched(sato.id, sato.name, None) as watcher:
                await asked.looks("agents", SOME_LOOKS)
                suzuki = await office.hires("suzuki")
                told = await watcher.next(PATIENCE_SECONDS)
                while told[-1].status != "online":  # hired, and not there yet
                    told = await watcher.next(PATIENCE_SECONDS)
                assert told[-1].kind == "status"
                assert told[-1].agents == ((suzuki.id, suzuki.name),)
            await asked.looks("desk_events", SOME_LOOKS)
            before = asked.of("agents")
            await asked.looks("desk_events", SOME_LOOKS)
            assert asked.of("agents") == before
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_who_has_the_talks_is_asked_once_however_many_have_one(office: Office) -> None:
    names = ("sato", "suzuki", "tanaka")
    for name in names:
        agent = await office.hires(name)
        talk = await office.waits(Account("webchat", f"of {name}"))
        await office.talks.take(agent, talk)
    with reading() as asked:
        rows = await office.board.rows()
    assert sorted(one.owner or "" for one in rows) == sorted(names)
    assert asked.of("agents") == 1
