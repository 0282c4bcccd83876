"""Signed LINE webhook in to reply call out, at a steady rate.

    python benchmarks/line.py [messages a second, default 50] [seconds, default 10]

Starts `madoguchi serve` with the embedded backend and the demo shop in a scratch folder, and a
LINE platform in this process. A hundred customers send the mix of `webchat.py` (30 % need
look-ups), one message at a time each. Reports milliseconds from the webhook to the reply call with
its answer, what was paid for, processor time of the server for each message and its resident
memory. Counted is the steady state: everybody was answered before.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import uvicorn
import uvloop
from webchat import CUSTOMERS, MIX, server

sys.path.insert(0, str(Path(__file__).parents[1]))
from simulators.line import LineSimulator
from simulators.line.phone import Phone

SECRET, TOKEN = "the channel secret", "the access token"
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Measured:
    """What came out: milliseconds to each answer, and what the server spent, in seconds."""

    waits: list[float]
    processor: float


class Customer:
    """Somebody with a phone who waits for each answer."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._turn = asyncio.Lock()

    async def say(self, text: str) -> float:
        """Milliseconds to the answer."""
        async with self._turn:
            chat = self._phone.chat
            begin, before = time.time(), len(chat.messages) + 1
            await self._phone.write(text)
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(chat.messages) <= before:
                    await chat.changed.wait()
            at: float = chat.messages[before]["at"]
            return (at - begin) * 1000


async def measure(address: str, base: int, pid: int, rate: int, seconds: int) -> Measured:
    """Send at a steady rate, whatever the answers take."""
    simulator = LineSimulator(address, secret=SECRET, access_token=TOKEN)
    config = uvicorn.Config(simulator.app, port=base, log_level="critical")
    platform = uvicorn.Server(config)
    running = asyncio.create_task(platform.serve())
    chance = random.Random(7)
    customers = [Customer(simulator.phone(str(number))) for number in range(CUSTOMERS)]
    for customer, text in zip(customers, MIX * CUSTOMERS, strict=False):
        await customer.say(text)
    spent, begin, tasks = _processor_seconds(pid), time.perf_counter(), []
    for number in range(rate * seconds):
        await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
        said = customers[number % CUSTOMERS].say(chance.choice(MIX))
        tasks.append(asyncio.create_task(said))
    waits = await asyncio.gather(*tasks)
    spent = _processor_seconds(pid) - spent
    print(f"{simulator.platform.replied} free replies, {simulator.platform.pushed} paid pushes")
    platform.should_exit = True
    await running
    return Measured(waits, spent)


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    rate, seconds = (int(value) for value in (*sys.argv[1:], "50", "10")[:2])
    port = random.Random().randrange(20_000, 30_000)
    base = f"http://127.0.0.1:{port}"
    os.environ |= {
        "MADOGUCHI_LINE_CHANNEL_SECRET": SECRET,
        "MADOGUCHI_LINE_ACCESS_TOKEN": TOKEN,
        "MADOGUCHI_LINE_API_BASE": base,
        "MADOGUCHI_LINE_DATA_API_BASE": base,
    }
    with server() as (pid, address):
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found = runner.run(measure(address, port, pid, rate, seconds))
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
        resident = int(status.split("VmRSS:")[1].split()[0]) // 1024
    cuts = statistics.quantiles(found.waits, n=100)
    print(f"webhook to reply: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms")
    each = found.processor * 1000 / len(found.waits)
    print(f"{len(found.waits)} messages at {rate}/s, {each:.1f} ms of processor time each")
    print(f"resident {resident} MB; load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
