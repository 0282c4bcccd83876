"""Accepted message to answer, at a steady rate, through the web chat's own HTTP.

    python benchmarks/webchat.py [messages a second, default 50] [seconds, default 10]

Starts `madoguchi serve` with the embedded backend and the demo shop in a scratch folder, sends a
fixed mix of messages (30 % need look-ups) and reads the answers as events, as the widget does.
Reports milliseconds from the request to the 202 and from there to the answer, processor time of
the server (not of this generator) for each message, resident memory, cold start. Counted is the
steady state: everybody has a session and was answered before.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvloop

CUSTOMERS = 100
MIX = (
    *[
        "ありがとう",
        "こんにちは",
        "何ができますか",
        "はい",
        "もう一度お願いします",
        "hello",
        "thanks",
    ],
    "ソラ 26.5cm ブラック、渋谷店にありますか",
    "梅田店の営業時間を教えてください",
    "Do you have Sora in 27cm white online?",
)


@dataclass(frozen=True)
class Measured:
    """What came out: pairs of milliseconds, and what the server spent meanwhile, in seconds."""

    waits: list[tuple[float, float]]
    processor: float
    lasted: float


@contextlib.contextmanager
def server() -> Iterator[tuple[int, str]]:
    """A counter in a scratch folder; its process id and address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).with_name("madoguchi")), "serve", "--port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        kept = Path("var") / "models"
        if kept.exists():
            shutil.copytree(kept, Path(folder) / "var" / "models")
        started = time.perf_counter()
        env = {**os.environ, "MADOGUCHI_LIMITS": "off"}
        process = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.DEVNULL)
        try:
            while not _ready(address):
                time.sleep(0.02)
            print(f"cold start to ready: {time.perf_counter() - started:.1f} s")
            yield process.pid, address
        finally:
            process.terminate()
            process.wait(20)


def _ready(address: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{address}/readyz").status_code == 200
    return False


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Visitor:
    """One customer's browser, with connections of its own."""

    def __init__(self, address: str) -> None:
        # Shorter than the server keeps idle connections.
        limits = httpx.Limits(keepalive_expiry=3)
        self._http = httpx.AsyncClient(base_url=address, timeout=30, verify=False, limits=limits)
        self._said = 0
        self._shown = 0
        self._answered = asyncio.Event()
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def there(self) -> AsyncIterator[Visitor]:
        """Open a session and listen to its events."""
        async with self._http:
            session = (await self._http.post("/webchat/sessions")).raise_for_status().json()
            self._http.headers["Authorization"] = f"Bearer {session['token']}"
            listening = asyncio.create_task(self._listen())
            try:
                yield self
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    async def say(self, text: str) -> tuple[float, float]:
        """Milliseconds to the 202, and from there to the answer."""
        async with self._turn:
            self._said += 1
            self._answered.clear()
            begin = time.perf_counter()
            body = {"client_id": str(self._said), "text": text}
            (await self._http.post("/webchat/messages", json=body)).raise_for_status()
            accepted = time.perf_counter()
            async with asyncio.timeout(30):
                await self._answered.wait()
            return (accepted - begin) * 1000, (time.perf_counter() - accepted) * 1000

    async def _listen(self) -> None:
        async with self._http.stream("GET", "/webchat/events", timeout=None) as events:
            async for line in events.raise_for_status().aiter_lines():
                if not line.startswith("data:"):
                    continue
                author = json.loads(line.removeprefix("data:"))["author"]
                self._shown += author == "customer"
                if author == "bot" and self._shown == self._said:
                    self._answered.set()


async def measure(pid: int, address: str, rate: int, seconds: int) -> Measured:
    """Send at a steady rate, whatever the answers take."""
    chance = random.Random(7)
    async with contextlib.AsyncExitStack() as stack:
        visitors = [
            await stack.enter_async_context(Visitor(address).there()) for _ in range(CUSTOMERS)
        ]
        for visitor, text in zip(visitors, MIX * CUSTOMERS, strict=False):
            await visitor.say(text)
        spent, begin, tasks = _cpu_seconds(pid), time.perf_counter(), []
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            said = visitors[number % CUSTOMERS].say(chance.choice(MIX))
            tasks.append(asyncio.create_task(said))
        waits = await asyncio.gather(*tasks)
        lasted = time.perf_counter() - begin
        return Measured(waits, _cpu_seconds(pid) - spent, lasted)


def main() -> None:
    """Measure and print."""
    rate, seconds = (int(value) for value in (*sys.argv[1:], "50", "10")[:2])
    with server() as (pid, address):
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found = runner.run(measure(pid, address, rate, seconds))
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
        resident = int(status.split("VmRSS:")[1].split()[0]) // 1024
    columns = zip(*found.waits, strict=True)
    for name, values in zip(("request to 202", "202 to answer"), columns, strict=True):
        cuts = statistics.quantiles(values, n=100)
        print(f"{name}: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms")
    count = len(found.waits)
    print(f"{count} messages, {rate}/s sent, {count / found.lasted:.0f}/s answered")
    print(f"{found.processor * 1000 / count:.1f} ms of the server's processor time each")
    print(f"resident {resident} MB; load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
