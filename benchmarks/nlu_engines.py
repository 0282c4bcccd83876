"""The engines on the same held-out messages: the table of docs/nlu.md.

    python benchmarks/nlu_engines.py [model configuration of Rasa, default config.yml] ...

A column for `linear` and for each configuration, whose Rasa server is started for it. A model that
is there already is not learned anew, so that its learning is not measured: remove
`rasa_server/var` before. Names are the demo shop's. Milliseconds are of one core for `linear`, and
for Rasa until the answer, one message at a time; messages a second are with eight under way.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot.config import ROOT, load
from bot.dialogue.heard import Expecting
from bot.errors import Unavailable
from bot.main import open_names
from bot.nlu import Reader, evaluate, load_or_train, open_reader
from bot.ports import Lexicon

HELD_OUT = ROOT / "nlu_data" / "held_out"
RASA_SERVER = ROOT / "rasa_server"
LANGUAGES = ("ja", "en")
UNDER_WAY = 8
Column = dict[str, str]


def learning(command: list[str | Path], folder: Path) -> tuple[Path, Column]:
    """Have an engine learn; its model, and what that took."""
    began = time.time()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    model = folder / process.stdout.read().strip()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} failed")
    took = (
        f"{time.time() - began:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of one core, "
        f"at most {used.ru_maxrss / 1024:.0f} MB"
    )
    learned = model.stat().st_mtime >= began
    return model, {
        "learning": took if learned else "was kept",
        "model": f"{model.stat().st_size / 1e6:.0f} MB",
    }


@contextlib.asynccontextmanager
async def open_engine(model: Path, scratch: Path) -> AsyncIterator[tuple[Reader, Lexicon]]:
    """The engine of the environment, with the demo shop's names; it answers."""
    kept = {"MADOGUCHI_BACKEND_DATABASE_URL": f"sqlite:///{scratch / 'backend.db'}"}
    settings = load(os.environ | kept, ROOT / "config.yml")
    linear = load_or_train(ROOT / "nlu_data", model.parent)
    async with open_names(settings) as names, open_reader(settings, linear) as reader:
        await _answering(reader)
        yield reader, names.current()


async def _answering(reader: Reader) -> None:
    async with asyncio.timeout(600):
        while True:
            with contextlib.suppress(Unavailable):
                await reader.read("こんにちは", Expecting(), Lexicon())
                return
            await asyncio.sleep(0.5)


async def figures(linear: Path, scratch: Path, pid: int) -> Column:
    """What an engine is worth; `pid` is the process that understands."""
    async with open_engine(linear, scratch) as (reader, lexicon):
        told: Column = {}
        for language in LANGUAGES:
            told |= await qualities(reader, lexicon, language)
        told |= await throughput(reader, lexicon, pid)
    now, most = (memory(pid, field) for field in ("VmRSS", "VmHWM"))
    return told | {"memory of its process, and at most": f"{now:.0f} MB, {most:.0f} MB"}


async def qualities(reader: Reader, lexicon: Lexicon, language: str) -> Column:
    """What it gets right in a language, and how soon."""
    plain, several, details = [
        await evaluate(reader, HELD_OUT / f"{kind}{language}.tsv", lexicon)
        for kind in ("", "multi_", "entities_")
    ]
    return {
        f"accuracy {language}": f"{plain.accuracy:.1f} %",
        f"macro F1 {language}": f"{plain.macro_f1:.1f} %",
        f"out of scope caught {language}": f"{plain.out_of_scope_caught:.1f} %",
        f"false alarms {language}": f"{plain.false_alarms:.1f} %",
        f"two requests, both found {language}": f"{several.accuracy:.1f} %",
        f"details F1 {language}": f"{details.details_f1:.1f} %",
        f"p50 / p99 {language}": f"{plain.latency(50):.1f} / {plain.latency(99):.1f} ms",
    }


async def throughput(reader: Reader, lexicon: Lexicon, pid: int) -> Column:
    """What it does in a second, and what a message takes of a processor."""
    lines = [
        line
        for language in LANGUAGES
        for line in (HELD_OUT / f"{language}.tsv").read_text("utf-8").splitlines()[::2]
    ]
    texts = [line.split("\t")[1] for line in lines if "\t" in line]
    waiting = iter(texts)

    async def ask() -> None:
        for text in waiting:
            await reader.read(text, Expecting(), lexicon)

    began, spent = time.perf_counter(), processor(pid)
    await asyncio.gather(*(ask() for _ in range(UNDER_WAY)))
    lasted, spent = time.perf_counter() - began, processor(pid) - spent
    return {
        "messages a second": f"{len(texts) / lasted:.0f}",
        "processor time of a message": f"{1000 * spent / len(texts):.1f} ms",
    }


def processor(pid: int) -> float:
    """Seconds of processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int, field: str) -> float:
    """Megabytes of a process: VmRSS now, VmHWM at most."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


@contextlib.contextmanager
def rasa() -> Iterator[int]:
    """A Rasa server while the block runs, which the settings of this process point at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    os.environ |= {
        "MADOGUCHI_NLU": "rasa",
        "MADOGUCHI_RASA_URL": f"http://127.0.0.1:{port}",
        "MADOGUCHI_RASA_TOKEN": secrets.token_urlsafe(),
    }
    command = [str(RASA_SERVER / "run.sh"), "serve", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            yield server.pid
        finally:
            server.kill()


def main() -> None:
    """Measure one engine after the other, side by side in a table."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        os.environ["MADOGUCHI_NLU"] = "linear"
        linear, told = learning([sys.executable, "-m", "bot", "nlu", "train"], scratch)
        told |= asyncio.run(figures(linear, scratch, os.getpid()))
        columns = [{"": "linear"} | told]
        if not (RASA_SERVER / ".venv").exists():
            sys.exit("Rasa is not installed, to compare with: rasa_server/run.sh train")
        for config in sys.argv[1:] or ["config.yml"]:
            os.environ["RASA_CONFIG"] = config
            _, told = learning([RASA_SERVER / "run.sh", "train"], ROOT)
            with rasa() as pid:
                told |= asyncio.run(figures(linear, scratch, pid))
            columns.append({"": f"rasa, {config}"} | told)
    for row in columns[0]:
        print(f"| {row} | " + " | ".join(column[row] for column in columns) + " |")
    print(f"load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
