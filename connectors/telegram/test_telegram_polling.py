"""Updates that we fetch: each stored before it is confirmed, by one poller at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.channel.memory import InMemoryCounter
from bot.messages.inbound import Inbound, Text
from connectors.telegram import Telegram, polling
from connectors.telegram.conftest import MakeChannel, OneDatabase
from connectors.telegram.lease import Lease
from tests.support.telegram import Fault, Person, Platform, Webhook, until


class Forgetful(InMemoryCounter):
    """Its database fails so many times."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self._failures = failures

    async def accept(self, messages: Sequence[Inbound]) -> int:
        if self._failures:
            self._failures -= 1
            raise OSError("disk full")
        return await super().accept(messages)


@asynccontextmanager
async def working(channel: Telegram, counter: InMemoryCounter) -> AsyncIterator[None]:
    """While the channel works beside the server."""
    task = asyncio.create_task(channel.run(counter))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def words(counter: InMemoryCounter) -> list[str]:
    return [message.text for message in counter.accepted if isinstance(message, Text)]


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "BACKOFF_SECONDS", (0.02,))
    monkeypatch.setattr(polling, "LEASE_LOOK_SECONDS", 0.02)


async def test_what_was_written_while_nobody_looked_is_fetched(
    make: MakeChannel, platform: Platform, mori: Person
) -> None:
    counter = InMemoryCounter()
    platform.send(mori, {"text": "1"})
    async with working(make(polling=True), counter):
        await until(lambda: words(counter) == ["1"])
        platform.send(mori, {"text": "2"})
        await until(lambda: words(counter) == ["1", "2"])
        await until(lambda: not platform.updates.pending)


async def test_an_update_is_confirmed_only_when_it_is_stored(
    make: MakeChannel, platform: Platform, mori: Person
) -> None:
    counter = Forgetful(failures=3)
    for number in range(3):
        platform.send(mori, {"text": str(number)})
    async with working(make(polling=True), counter):
        await until(lambda: words(counter))
    assert words(counter)[0] == "0"
    async with working(make(polling=True), counter):
        await until(lambda: len(words(counter)) == 3)
    assert words(counter) == ["0", "1", "2"]


async def test_polling_takes_the_webhook_away(
    make: MakeChannel, platform: Platform, mori: Person
) -> None:
    counter = InMemoryCounter()
    platform.updates.set_webhook(Webhook("http://127.0.0.1:1/nowhere"))
    platform.send(mori, {"text": "1"})
    async with working(make(polling=True), counter):
        await until(lambda: words(counter) == ["1"])
        platform.updates.set_webhook(Webhook("http://127.0.0.1:1/nowhere"))
        platform.send(mori, {"text": "2"})
        await until(lambda: words(counter) == ["1", "2"])
    assert platform.updates.webhook is None


@pytest.mark.parametrize(
    "fault", [Fault("error"), Fault("rate limited", 0), Fault("lost after"), Fault("invalid")]
)
async def test_polling_goes_on_after_a_fault(
    fault: Fault,
    make: MakeChannel,
    platform: Platform,
    mori: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(polling, "POLL_SECONDS", 1)
    monkeypatch.setattr("connectors.telegram.api.ANSWER_SECONDS", 0.3)
    counter = InMemoryCounter()
    platform.faults.plan("getUpdates", fault)
    platform.send(mori, {"text": "1"})
    async with working(make(polling=True), counter):
        await until(lambda: words(counter) == ["1"])


async def test_an_update_nobody_can_read_does_not_hold_up_the_others(
    make: MakeChannel, platform: Platform, mori: Person
) -> None:
    counter = InMemoryCounter()
    platform.updates.repeat(mori.id, {"update_id": 7, "message": {"date": "soon", "chat": 5}})
    platform.send(mori, {"text": "1"})
    async with working(make(polling=True), counter):
        await until(lambda: words(counter) == ["1"])


async def test_one_process_polls_and_another_takes_over(
    make: MakeChannel, platform: Platform, mori: Person
) -> None:
    counter = InMemoryCounter()
    first, second = make(polling=True), make(polling=True)
    async with working(second, counter):
        async with working(first, counter):
            platform.send(mori, {"text": "1"})
            await until(lambda: words(counter) == ["1"])
        platform.send(mori, {"text": "2"})
        await until(lambda: words(counter) == ["1", "2"])
    assert 409 not in [call.status for call in platform.calls]


async def test_a_poller_elsewhere_does_not_end_ours(
    make: MakeChannel, platform: Platform, mori: Person
) -> None:
    counter = InMemoryCounter()
    async with working(make(polling=True), counter):
        await until(lambda: platform.updates.polled)
        await platform.updates.fetch(0, 100, 0)
        platform.send(mori, {"text": "1"})
        await until(lambda: words(counter) == ["1"])


async def test_a_lease_runs_out_with_its_holder(database: OneDatabase) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    moments = [now]
    first, second = (Lease(database, "42", lambda: moments[-1]) for _ in range(2))
    assert await first.take(60)
    assert await first.take(60)
    assert not await second.take(60)
    moments.append(now + timedelta(seconds=61))
    assert await second.take(60)
    assert not await first.take(60)
    await first.give_back()
    assert await second.take(60)


async def test_with_a_webhook_nothing_is_polled_and_our_name_is_learnt(
    channel: Telegram, platform: Platform
) -> None:
    async with working(channel, InMemoryCounter()):
        await until(lambda: channel.myself.username == platform.bot.username)
    assert [call.method for call in platform.calls] == ["getMe"]
