"""LINE and the real app: an answer too late for its free reply is offered by a button."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.nlu import Linear
from bot.reception.offering import ANSWER_WAITS
from connectors.line.handles import OFFER_AFTER
from simulators.line import LineSimulator
from simulators.line.phone import Phone
from tests.support.line import answered, ask, on_line, tap, until
from tests.support.real_app import MovableClock
from tests.support.served import PATIENCE_SECONDS

pytestmark = pytest.mark.asyncio(loop_scope="module")
REPLY, PUSH = "/v2/bot/message/reply", "/v2/bot/message/push"
QUESTION = "渋谷店の営業時間は？"
BUTTON = "回答を見る"


class Queue:
    """LINE, the app behind it, and its database."""

    def __init__(self, line: LineSimulator, file: Path) -> None:
        self.line = line
        self._file = file

    def stands_still(self) -> None:
        """Somebody who died has every talk in their hands: nobody is answered."""
        self._do("UPDATE conversations SET lease_token = 'dead', lease_until = '2999-01-01'")

    def moves_on(self) -> None:
        self._do("UPDATE conversations SET lease_token = NULL, lease_until = NULL")

    def waiting(self) -> int:
        """How many answers wait to be sent."""
        return self._do("SELECT count(*) FROM outbox WHERE dead_at IS NULL")

    def backed_off(self) -> int:
        """How many answers wait for another try."""
        return self._do("SELECT count(*) FROM outbox WHERE attempts > 0 AND dead_at IS NULL")

    def unanswered(self) -> int:
        """How many messages wait for their answer."""
        return self._do("SELECT count(*) FROM letters WHERE due_at IS NOT NULL")

    def _do(self, statement: str) -> int:
        with (
            contextlib.closing(sqlite3.connect(self._file, PATIENCE_SECONDS)) as database,
            database,
        ):
            row = database.execute(statement).fetchone()
            return int(row[0]) if row else 0

    def answers(self, path: str) -> list[int]:
        """What LINE answered to these calls."""
        return [call["status"] for call in self.line.calls(path)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def queue(tmp_path_factory: pytest.TempPathFactory, engine: Linear) -> AsyncIterator[Queue]:
    folder = tmp_path_factory.mktemp("offers")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("bot.main.OFFERS_EVERY_SECONDS", 0.05)
        monkeypatch.setattr("bot.delivery.BACKOFF_SECONDS", (600,))
        async with on_line(folder, engine, monkeypatch) as (simulator, _client):
            yield Queue(simulator, folder / "counter.db")


@pytest_asyncio.fixture(loop_scope="module")
async def hanako(queue: Queue, request: pytest.FixtureRequest) -> Phone:
    """Somebody who has talked with us before."""
    queue.line.mischief.mood = "well"
    phone = queue.line.phone(request.node.name)
    await ask(phone, "こんにちは")
    await until(lambda: queue.waiting() == queue.unanswered() == 0)
    queue.line.platform.calls.clear()
    return phone


@pytest_asyncio.fixture(loop_scope="module")
async def offered(queue: Queue, hanako: Phone, monkeypatch: pytest.MonkeyPatch) -> Phone:
    """The same, who has asked something and waits for the answer; the queue stands still."""
    queue.stands_still()
    await hanako.write(QUESTION)
    passes(monkeypatch, OFFER_AFTER)
    await until(lambda: BUTTON in hanako.said()[-1])
    return hanako


def passes(monkeypatch: pytest.MonkeyPatch, time: timedelta) -> None:
    monkeypatch.setattr(MovableClock, "ahead", MovableClock.ahead + time)


async def ready(queue: Queue) -> None:
    """Return when the answer waits to be sent."""
    queue.moves_on()
    await until(lambda: queue.waiting() and not queue.unanswered())


async def test_who_taps_gets_the_answer_for_free(queue: Queue, offered: Phone) -> None:
    await ready(queue)
    assert "渋谷店" in "".join(await tap(offered, BUTTON))
    await until(lambda: not queue.waiting())
    assert queue.answers(REPLY) == [200, 200]
    assert queue.answers(PUSH) == []


async def test_who_taps_before_the_answer_is_there_gets_it_when_it_is(
    queue: Queue, offered: Phone
) -> None:
    await offered.tap_label(BUTTON)
    said = len(offered.said())
    await until(lambda: queue.unanswered() == 2)
    queue.moves_on()
    assert "渋谷店" in "".join(await answered(offered, said))
    await until(lambda: not queue.waiting())
    assert queue.answers(PUSH) == []


async def test_who_taps_and_waits_on_is_offered_the_answer_once_more(
    queue: Queue, offered: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await offered.tap_label(BUTTON)
    await until(lambda: queue.unanswered() == 2)
    passes(monkeypatch, OFFER_AFTER)
    await until(lambda: len([words for words in offered.said() if BUTTON in words]) == 2)
    await ready(queue)
    assert "渋谷店" in "".join(await tap(offered, BUTTON))
    assert queue.answers(PUSH) == []


async def test_who_writes_instead_gets_both_answers_for_free(
    queue: Queue, offered: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ready(queue)
    before = len(offered.said())
    await offered.write("梅田店の営業時間は？")
    await until(lambda: "梅田店" in "".join(offered.said()[before:]))
    assert "渋谷店" in "".join(offered.said()[before:])
    assert queue.answers(REPLY) == [200, 200]
    assert queue.answers(PUSH) == []


async def test_who_does_not_tap_gets_the_answer_in_the_end(
    queue: Queue, offered: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ready(queue)
    before = len(offered.said())
    passes(monkeypatch, ANSWER_WAITS - timedelta(seconds=10))
    assert offered.said()[before:] == []
    passes(monkeypatch, timedelta(seconds=10))
    assert "渋谷店" in "".join(await answered(offered, before))
    assert queue.answers(PUSH) == [200]


async def test_after_an_outage_who_writes_gets_everything_for_free(
    queue: Queue, hanako: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.line.mischief.mood = "down"
    await hanako.write(QUESTION)
    await until(lambda: 500 in queue.answers(REPLY) and queue.backed_off())
    passes(monkeypatch, timedelta(minutes=2))
    queue.line.mischief.mood = "well"
    before = len(hanako.said())
    await hanako.write("梅田店の営業時間は？")
    await until(lambda: "梅田店" in "".join(hanako.said()[before:]))
    assert "渋谷店" in "".join(hanako.said()[before:])
    assert queue.answers(PUSH) == []
