"""A LINE channel with a platform of our own behind it, over HTTP, and a clock moved by hand."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, Engine, StaticPool, create_engine

from bot.channel import Envelope, Sent
from bot.messages import Account
from bot.messages.outbound import Outbound
from connectors.line.api import Api
from connectors.line.channel import Line
from connectors.line.pushes import metadata
from simulators.line import LineSimulator
from simulators.line.phone import Phone
from tests.support.line import SECRET, TOKEN, line_at

T = TypeVar("T")
IMPATIENT = 1.5
"""How long a call may take, in seconds, where a test lets one be lost."""


class MovableClock:
    """Real time as the tests would have it: it begins in the middle of a month, and runs on."""

    def __init__(self) -> None:
        self._ahead = datetime(2026, 11, 22, 3, 0, tzinfo=UTC).timestamp() - time.time()

    def seconds(self) -> float:
        return time.time() + self._ahead

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def pass_by(self, **span: float) -> None:
        self._ahead += timedelta(**span).total_seconds()


class InMemoryDatabase:
    """The connector's tables in SQLite, in memory."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.writes = 0

    async def read(self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)

    async def write(self, work: Callable[[Connection], T]) -> T:
        self.writes += 1
        return await self.read(work)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def simulator(clock: MovableClock) -> AsyncIterator[LineSimulator]:
    """The platform; what it would post to a counter is kept in `webhook.waiting`."""
    async with line_at(now=clock.seconds) as (simulator, base):
        simulator.webhook.keeps_back = True
        simulator.base = base  # type: ignore[attr-defined]
        yield simulator


@pytest.fixture
async def database() -> AsyncIterator[InMemoryDatabase]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    yield InMemoryDatabase(engine)
    engine.dispose()


Connect = Callable[..., Line]


@pytest.fixture
async def connected(
    simulator: LineSimulator, database: InMemoryDatabase, clock: MovableClock
) -> AsyncIterator[Connect]:
    """Makes channels with further settings; each call is a process of its own."""
    made: list[Line] = []

    def connect(*, seconds: float = 20.0, **settings: object) -> Line:
        base: str = simulator.base  # type: ignore[attr-defined]
        api = Api(TOKEN, base, base, seconds=seconds)
        line = Line(api, secret=SECRET, database=database, now=clock, **settings)  # type: ignore[arg-type]
        made.append(line)
        return line

    yield connect
    for line in made:
        await line.close()


@pytest.fixture
def line(connected: Connect) -> Line:
    return connected(name="そよぎ")


class Customer:
    """Somebody who writes, and is answered by the channel."""

    def __init__(self, simulator: LineSimulator, line: Line, clock: MovableClock) -> None:
        self.phone: Phone = simulator.phone("花子")
        self.line = line
        self._simulator = simulator
        self._clock = clock
        self._count = 0

    async def writes(self, text: str = "在庫ありますか") -> str:
        """Write something; the handle for its answer."""
        await self.phone.write(text)
        return self.heard()

    def heard(self) -> str:
        """The handle of what was posted last."""
        body = json.dumps({"events": self._simulator.webhook.waiting[-1:]}).encode()
        [message] = self.line.read(body)
        assert message.reply is not None
        return message.reply

    def envelopes(self, reply: str | None, *contents: Outbound, **more: Any) -> list[Envelope]:
        """One turn's answer."""
        made = []
        for content in contents:
            self._count += 1
            account = Account("line", self.phone.chat.id)
            fields = {"author": "bot", "at": self._clock(), "reply": reply, **more}
            made.append(Envelope(f"key-{self._count}", account, content=content, **fields))
        return made


@pytest.fixture
def customer(simulator: LineSimulator, line: Line, clock: MovableClock) -> Customer:
    return Customer(simulator, line, clock)


def sent(envelopes: list[Envelope]) -> list[Sent]:
    return [Sent(envelope.key) for envelope in envelopes]
