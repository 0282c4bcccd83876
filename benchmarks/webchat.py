"""Accepted message to stored answer, at a steady rate, through the web chat's own HTTP.

    python benchmarks/webchat.py [messages a second, default 50] [seconds, default 10]

Starts `madoguchi serve` with the embedded backend and the demo shop in a scratch folder, sends a
fixed mix of messages (30 % need look-ups), and waits for each answer by long poll. Reports
milliseconds from the 202 to the answer, from the request to the 202, resident memory, cold start.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

PORT = 8077
ADDRESS = f"http://127.0.0.1:{PORT}"
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


@contextlib.contextmanager
def server() -> Iterator[int]:
    """A counter in a scratch folder; its process id."""
    command = [str(Path(sys.executable).with_name("madoguchi")), "serve", "--port", str(PORT)]
    with tempfile.TemporaryDirectory() as folder:
        kept = Path("var") / "models"
        if kept.exists():
            shutil.copytree(kept, Path(folder) / "var" / "models")
        started = time.perf_counter()
        env = {**os.environ, "MADOGUCHI_LIMITS": "off"}
        process = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.DEVNULL)
        try:
            while not _ready():
                time.sleep(0.02)
            print(f"cold start to ready: {time.perf_counter() - started:.1f} s")
            yield process.pid
        finally:
            process.terminate()
            process.wait(20)


def _ready() -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{ADDRESS}/readyz").status_code == 200
    return False


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Visitor:
    """One customer's browser."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http = http
        self._auth = {"Authorization": f"Bearer {token}"}
        self._cursor: str | None = None
        self._count = 0
        self.lock = asyncio.Lock()

    async def say(self, text: str) -> tuple[float, float]:
        """Milliseconds to the 202, and from there to the answer."""
        async with self.lock:
            self._count += 1
            begin = time.perf_counter()
            body = {"client_id": str(self._count), "text": text}
            (
                await self._http.post("/webchat/messages", json=body, headers=self._auth)
            ).raise_for_status()
            accepted = time.perf_counter()
            await self._answer()
            return (accepted - begin) * 1000, (time.perf_counter() - accepted) * 1000

    async def _answer(self) -> None:
        while True:
            params = {"wait": "20"} | ({"after": self._cursor} if self._cursor else {})
            page = await self._http.get("/webchat/messages", params=params, headers=self._auth)
            told = page.raise_for_status().json()
            self._cursor = told["cursor"]
            if any(item["author"] == "bot" for item in told["items"]):
                return


async def measure(rate: int, seconds: int) -> list[tuple[float, float]]:
    """Send at a steady rate, whatever the answers take."""
    chance = random.Random(7)
    async with httpx.AsyncClient(
        base_url=ADDRESS, timeout=30, limits=httpx.Limits(max_connections=400)
    ) as http:
        visitors = []
        for _ in range(CUSTOMERS):
            session = (await http.post("/webchat/sessions")).raise_for_status().json()
            visitors.append(Visitor(http, session["token"]))
        await asyncio.gather(*(visitor.say("こんにちは") for visitor in visitors))
        begin = time.perf_counter()
        tasks = []
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            visitor = visitors[number % CUSTOMERS]
            tasks.append(asyncio.create_task(visitor.say(chance.choice(MIX))))
        return await asyncio.gather(*tasks)


def main() -> None:
    """Measure and print."""
    rate, seconds = (int(value) for value in (*sys.argv[1:], "50", "10")[:2])
    with server() as pid:
        spent = _cpu_seconds(pid)
        figures = asyncio.run(measure(rate, seconds))
        spent = _cpu_seconds(pid) - spent
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
        resident = int(status.split("VmRSS:")[1].split()[0]) // 1024
    for name, values in zip(
        ("request to 202", "202 to answer"), zip(*figures, strict=True), strict=True
    ):
        cuts = statistics.quantiles(values, n=100)
        print(f"{name}: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms")
    each = spent * 1000 / (len(figures) + CUSTOMERS)
    print(f"{len(figures)} messages at {rate}/s, {each:.1f} ms of processor time each")
    print(f"resident {resident} MB; load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
