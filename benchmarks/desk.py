"""Customer to the desk's screens, and staff to the customer, with many talks open.

    python benchmarks/desk.py [messages a second, default 20] [seconds, default 10]

Starts `madoguchi serve` with the embedded backend and the demo shop in a scratch folder, and a
LINE platform in this process. 200 customers, half on LINE and half on the web, ask for a person;
20 staff members with an open desk have taken them all. Reports milliseconds from a customer's
request (web) or webhook (LINE) to the event on every desk, from a staff member's request to the
call of LINE or to the web customer's stream, from opening the desk in Chromium to its painted
queue, what the desk's own pages weigh, and the processor time of the server. Reach: 50 ms at p95
each, 1 s until it is painted, 100 KB gzipped.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import uvloop
from playwright.async_api import async_playwright
from webchat import _cpu_seconds, server

sys.path.insert(0, str(Path(__file__).parents[1]))
from bot.config import ROOT
from bot.storage import upgrade
from simulators.line import LineSimulator
from simulators.line.phone import Phone
from tests.support.staff import PASSWORD, hire

SECRET, TOKEN = "the channel secret", "the access token"
STAFF, CUSTOMERS = 20, 200
PERSON = "担当者と話したいです"
NOON = "2026-11-24T12:00:00+09:00"
PATIENCE_SECONDS = 60
OPENINGS = 10
PAINTED = """rows => new Promise(resolve => {
    // What was put in before a frame is on the screen when the next task runs.
    const painted = () => setTimeout(() => resolve(performance.now()));
    const look = () => requestAnimationFrame(
        document.querySelectorAll(".row").length < rows ? look : painted);
    look();
})"""
IDLE = 0.1
"""Seconds of processor time in a second that count as rest."""


@dataclass
class Clocks:
    """When words were sent, and when they arrived where they should."""

    sent: dict[str, float] = field(default_factory=dict)
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _numbers: Any = field(default_factory=lambda: count(1))

    def word(self) -> str:
        """A word nobody said before, sent now."""
        word = f"No.{next(self._numbers):06}."
        self.sent[word] = time.perf_counter()
        return word

    def arrived(self, kind: str, text: str) -> None:
        """This was read."""
        now, word = time.perf_counter(), text[-10:]
        if word in self.sent:
            self.waits[kind].append((now - self.sent[word]) * 1000)


async def events(client: httpx.AsyncClient, path: str) -> AsyncIterator[dict[str, Any]]:
    """What a stream tells."""
    patience = httpx.Timeout(PATIENCE_SECONDS)
    async with client.stream("GET", path, timeout=patience) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


class Agent:
    """A staff member with the desk open."""

    def __init__(self, address: str, email: str, clocks: Clocks) -> None:
        self.http = httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS)
        self._email = email
        self._clocks = clocks
        self.talks: list[str] = []

    async def logs_in(self) -> None:
        login = {"email": self._email, "password": PASSWORD}
        answer = (await self.http.post("/desk/api/login", json=login)).raise_for_status()
        self.http.headers["X-CSRF-Token"] = answer.json()["csrf"]

    async def watches(self) -> None:
        """Note when each customer's words come."""
        async for told in events(self.http, "/desk/api/events"):
            if told.get("author") == "customer" and (item := told.get("item")) and item["last"]:
                self._clocks.arrived(f"{item['channel']} -> desk", item["last"]["text"])

    async def takes(self, talk: str) -> None:
        (await self.http.post(f"/desk/api/conversations/{talk}/take")).raise_for_status()
        self.talks.append(talk)

    async def answers(self, talk: str) -> None:
        body = {"text": self._clocks.word()}
        answer = await self.http.post(f"/desk/api/conversations/{talk}/reply", json=body)
        answer.raise_for_status()


class Visitor:
    """A customer on the web."""

    def __init__(self, address: str, clocks: Clocks) -> None:
        self.http = httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS)
        self._clocks = clocks
        self._numbers = count(1)

    async def comes(self) -> None:
        session = (await self.http.post("/webchat/sessions", json={"locale": "ja"})).json()
        self.http.headers["Authorization"] = f"Bearer {session['token']}"

    async def watches(self) -> None:
        """Note when each answer comes."""
        async for told in events(self.http, "/webchat/events"):
            for item in told.get("items", [told]):
                if item.get("author") == "agent":
                    self._clocks.arrived("desk -> web", item.get("text", ""))

    async def says(self, text: str) -> None:
        body = {"client_id": str(next(self._numbers)), "text": text}
        (await self.http.post("/webchat/messages", json=body)).raise_for_status()


async def watched(phone: Phone, clocks: Clocks) -> None:
    """Note when each answer comes to a phone."""
    seen = 0
    while True:
        await phone.chat.changed.wait()
        for message in phone.chat.messages[seen:]:
            if message["from"] == "account":
                clocks.arrived("desk -> line", message.get("text", ""))
        seen = len(phone.chat.messages)


class Day:
    """Everybody who is there."""

    def __init__(self, address: str, simulator: LineSimulator, emails: list[str]) -> None:
        self.clocks = Clocks()
        self.staff = [Agent(address, email, self.clocks) for email in emails]
        half = range(CUSTOMERS // 2)
        self.visitors = [Visitor(address, self.clocks) for _ in half]
        self.phones = [simulator.phone(str(number)) for number in half]
        self._tasks: list[asyncio.Task[None]] = []

    async def begins(self) -> None:
        """All customers wait, and are taken; all desks are open."""
        for agent in self.staff:
            await agent.logs_in()
        for visitor, phone in zip(self.visitors, self.phones, strict=True):
            await visitor.comes()
            await visitor.says(PERSON)
            await phone.write(PERSON)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(rows := await self._queue()) < CUSTOMERS:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        for agent, row in zip(self.staff * CUSTOMERS, rows, strict=False):
            await agent.takes(row["conversation_id"])
        looks = [
            *(agent.watches() for agent in self.staff),
            *(visitor.watches() for visitor in self.visitors),
            *(watched(phone, self.clocks) for phone in self.phones),
        ]
        self._tasks = [asyncio.create_task(look) for look in looks]

    async def _queue(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = (
            (await self.staff[0].http.get("/desk/api/queue")).raise_for_status().json()["items"]
        )
        return rows

    async def runs(self, rate: int, seconds: int) -> None:
        """Customers write and staff answer in turns, whatever that takes."""
        chance, begin, said = random.Random(7), time.perf_counter(), []
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            agent = chance.choice(self.staff)
            match number % 4:
                case 0:
                    work = chance.choice(self.visitors).says(self.clocks.word())
                case 1:
                    work = self._writes(chance.choice(self.phones))
                case _:
                    work = agent.answers(chance.choice(agent.talks))
            said.append(asyncio.create_task(work))
        await asyncio.gather(*said)
        await asyncio.sleep(3)

    async def _writes(self, phone: Phone) -> None:
        await phone.write(self.clocks.word())

    async def ends(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for one in (*self.staff, *self.visitors):
            await one.http.aclose()


@contextlib.asynccontextmanager
async def line(address: str, port: int) -> AsyncIterator[LineSimulator]:
    """LINE, as far as it matters here."""
    simulator = LineSimulator(address, secret=SECRET, access_token=TOKEN)
    platform = uvicorn.Server(uvicorn.Config(simulator.app, port=port, log_level="critical"))
    running = asyncio.create_task(platform.serve())
    try:
        yield simulator
    finally:
        platform.should_exit = True
        await running


async def openings(address: str, email: str) -> list[float]:
    """Milliseconds from asking for the desk until the whole queue is painted, each time anew."""
    taken = []
    async with async_playwright() as playwright:
        path = shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for _ in range(OPENINGS):
            profile = await browser.new_context()
            login = {"email": email, "password": PASSWORD}
            assert (await profile.request.post(f"{address}/desk/api/login", data=login)).ok
            page = await profile.new_page()
            await page.goto(f"{address}/desk", wait_until="commit")
            taken.append(float(await page.evaluate(PAINTED, CUSTOMERS)))
            await profile.close()
        await browser.close()
    return taken


async def settled(pid: int) -> None:
    """Return when the server is done with what came before: it rests for a second."""
    async with asyncio.timeout(2 * PATIENCE_SECONDS):
        busy = 1.0
        while busy > IDLE:
            before = _cpu_seconds(pid)
            await asyncio.sleep(1)
            busy = _cpu_seconds(pid) - before


async def measure(
    address: str, port: int, pid: int, folder: Path, rate: int, seconds: int
) -> tuple[Clocks, float, list[float]]:
    """What arrived when, what the server spent, in seconds, and how long a desk took to open."""
    emails = [await hire(folder, f"staff{number}") for number in range(STAFF)]
    async with line(address, port) as simulator:
        day = Day(address, simulator, emails)
        await day.begins()
        await settled(pid)
        spent = _cpu_seconds(pid)
        await day.runs(rate, seconds)
        spent = _cpu_seconds(pid) - spent
        opened = await openings(address, emails[0])
        await day.ends()
    return day.clocks, spent, opened


def weight() -> float:
    """What the desk's own pages weigh, each gzipped, in KB."""
    assets = [file for file in (ROOT / "bot/http/desk_web").rglob("*") if file.is_file()]
    return sum(len(gzip.compress(file.read_bytes())) for file in assets) / 1000


def main() -> None:
    """Measure and print."""
    rate, seconds = (int(value) for value in (*sys.argv[1:], "20", "10")[:2])
    port = random.Random().randrange(20_000, 30_000)
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/counter.db"
        os.environ |= {
            "MADOGUCHI_CLOCK": NOON,
            "MADOGUCHI_DATABASE_URL": database,
            "MADOGUCHI_LINE_CHANNEL_SECRET": SECRET,
            "MADOGUCHI_LINE_ACCESS_TOKEN": TOKEN,
            "MADOGUCHI_LINE_API_BASE": base,
            "MADOGUCHI_LINE_DATA_API_BASE": base,
        }
        asyncio.run(upgrade(database))
        with (
            server() as (pid, address),
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            work = measure(address, port, pid, Path(folder), rate, seconds)
            clocks, spent, opened = runner.run(work)
    for kind, waits in sorted(clocks.waits.items()):
        cuts = statistics.quantiles(waits, n=100)
        print(f"{kind}: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms ({len(waits)} times)")
    print(f"{rate * seconds} messages at {rate}/s, {spent * 1000 / (rate * seconds):.1f} ms of")
    print(f"  processor time each; load of the machine {os.getloadavg()[0]:.1f}")
    print(
        f"desk opened, {CUSTOMERS} rows painted: p50 {statistics.median(opened):.0f} ms,", end=" "
    )
    print(f"longest {max(opened):.0f} ms ({OPENINGS} times)")
    print(f"desk's pages: {weight():.1f} KB gzipped")


if __name__ == "__main__":
    main()
