"""The engines on the same held-out messages, one after the other on the same machine.

    python benchmarks/nlu_engines.py [model configuration of Rasa, default config.yml] ...

Starts a Rasa server for each configuration (`rasa_server/run.sh`, which learns first where there
is no model yet) and prints a column of docs/nlu.md for `linear` and for each of them. Milliseconds
are those until the answer, one message at a time; messages a second with eight under way.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bot.config import ROOT, load
from bot.dialogue.heard import Expecting
from bot.errors import Unavailable
from bot.nlu import Reader, evaluate, load_or_train, open_reader
from bot.ports import Lexicon

DATA = ROOT / "nlu_data"
UNDER_WAY = 8


async def figures(name: str, pid: int | None) -> dict[str, str]:
    """One engine's column; `pid` is the process of its server."""
    linear = load_or_train(DATA, Path("var") / "models")
    async with open_reader(load(config_file=ROOT / "config.yml"), linear) as reader:
        await answering(reader)
        told = await qualities(reader)
        told |= await speeds(reader)
    told["resident memory, MB"] = f"{resident(os.getpid()):.0f}"
    if pid:
        told["resident memory, MB"] += f" + {resident(pid):.0f} of the server"
    return {"": name} | told


async def answering(reader: Reader) -> None:
    """Returns when the engine answers: a server reads its model first."""
    async with asyncio.timeout(600):
        while True:
            try:
                await reader.read("こんにちは", Expecting(), Lexicon())
            except Unavailable:
                await asyncio.sleep(0.5)
            else:
                return


async def qualities(reader: Reader) -> dict[str, str]:
    """What it gets right."""
    told = {}
    for language in ("ja", "en"):
        report = await evaluate(reader, DATA / "held_out" / f"{language}.tsv", Lexicon())
        told[f"accuracy {language}"] = f"{report.accuracy:.1f} %"
        told[f"macro F1 {language}"] = f"{report.macro_f1:.1f} %"
        told[f"out of scope {language}, caught / false alarms"] = (
            f"{report.out_of_scope_caught:.1f} % / {report.false_alarms:.1f} %"
        )
        several = await evaluate(reader, DATA / "held_out" / f"multi_{language}.tsv", Lexicon())
        told[f"two requests {language}, both found"] = f"{several.accuracy:.1f} %"
        details = await evaluate(reader, DATA / "held_out" / f"entities_{language}.tsv", Lexicon())
        told[f"details F1 {language}"] = f"{details.details_f1:.1f} %"
    return told


async def speeds(reader: Reader) -> dict[str, str]:
    """How long it takes."""
    files = (DATA / "held_out" / f"{language}.tsv" for language in ("ja", "en"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()[::2]]
    texts = [line.split("\t")[1] for line in lines if "\t" in line]
    waits = []
    for text in texts:
        start = time.perf_counter()
        await reader.read(text, Expecting(), Lexicon())
        waits.append(1000 * (time.perf_counter() - start))
    waiting = iter(texts)

    async def ask() -> None:
        for text in waiting:
            await reader.read(text, Expecting(), Lexicon())

    start = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(UNDER_WAY)))
    rate = len(texts) / (time.perf_counter() - start)
    p50, p99 = np.percentile(waits, (50, 99))
    return {"latency p50 / p99, ms": f"{p50:.1f} / {p99:.1f}", "messages a second": f"{rate:.0f}"}


def resident(pid: int) -> float:
    """Megabytes of a process."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("ascii"))
    return int(found[1]) / 1024 if found else 0.0


@contextlib.contextmanager
def rasa(config: str) -> Iterator[int]:
    """A Rasa server while the block runs; the settings of this process point at it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ |= {
        "RASA_CONFIG": config,
        "MADOGUCHI_NLU": "rasa",
        "MADOGUCHI_RASA_URL": f"http://127.0.0.1:{port}",
        "MADOGUCHI_RASA_TOKEN": secrets.token_urlsafe(),
    }
    command = [ROOT / "rasa_server" / "run.sh", "serve", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield server.pid
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()


def main() -> None:
    """Measure one engine after the other, side by side in a table."""
    os.environ["MADOGUCHI_NLU"] = "linear"
    columns = [asyncio.run(figures("linear", None))]
    if not (ROOT / "rasa_server" / ".venv").exists():
        print(
            "Rasa is not installed, so there is nothing to compare with: rasa_server/run.sh train"
        )
        return
    for config in sys.argv[1:] or ["config.yml"]:
        with rasa(config) as pid:
            columns.append(asyncio.run(figures(f"rasa, {config}", pid)))
    for row in columns[0]:
        print(f"| {row} | " + " | ".join(column[row] for column in columns) + " |")


if __name__ == "__main__":
    main()
