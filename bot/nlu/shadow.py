"""Another engine overhears the customers: it never answers; where it disagrees, somebody labels."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import structlog
from prometheus_client import Counter

from bot.dialogue.heard import Expecting
from bot.errors import Unavailable
from bot.nlu.masking import PERSONAL, masked
from bot.nlu.reading import Reader, Reading
from bot.ports import Lexicon

WAITING = 200
"""Messages that may wait; when more come in, the shadow misses them and the customers nothing."""
PATIENCE_SECONDS = 5.0
LARGEST_FILE = 5_000_000
"""Bytes: a file this long waits for somebody to label it."""

OVERHEARD = Counter("madoguchi_nlu_shadow", "Messages by what the shadow made of them", ["verdict"])

_HEADER = """\
# What the two engines understood differently. Put right the intent and the marked details, then
# move the example to the file of its intent in nlu_data. Whatever names a person is masked.
version: "3.1"
nlu:
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Overheard:
    reading: Reading
    expecting: Expecting
    lexicon: Lexicon


class Shadow:
    """Reads what was said once more, masked, and writes disagreements in Rasa's YAML form."""

    def __init__(self, reader: Reader, file: Path) -> None:
        self._reader = reader
        self._file = file
        self._waiting: asyncio.Queue[_Overheard] = asyncio.Queue(WAITING)

    def overhear(self, reading: Reading, expecting: Expecting, lexicon: Lexicon) -> None:
        """Take a message along if there is room; answers to personal questions are left alone."""
        if expecting.slot in PERSONAL:
            return
        try:
            self._waiting.put_nowait(_Overheard(reading, expecting, lexicon))
        except asyncio.QueueFull:
            OVERHEARD.labels("missed").inc()

    async def run(self) -> None:
        """Read what waits, until cancelled."""
        while True:
            overheard = await self._waiting.get()
            try:
                OVERHEARD.labels(await self._compared(overheard)).inc()
            except (Unavailable, TimeoutError):
                OVERHEARD.labels("missed").inc()
            except OSError as fault:
                log.warning("nlu.shadow_file", fault=type(fault).__name__)
            finally:
                self._waiting.task_done()

    async def _compared(self, overheard: _Overheard) -> str:
        first, text = overheard.reading, masked(overheard.reading)
        async with asyncio.timeout(PATIENCE_SECONDS):
            second = await self._reader.read(text, overheard.expecting, overheard.lexicon)
        if _gist(first) == _gist(second):
            return "agreed"
        await asyncio.to_thread(self._write, _entry(text, first, second))
        return "disagreed"

    def _write(self, entry: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            if file.tell() == 0:
                file.write(_HEADER)
            if file.tell() < LARGEST_FILE:
                file.write(entry)


def _gist(reading: Reading) -> object:
    """What two engines can disagree on: intents, and details where they stand."""
    intents = [intent for intent, _ in reading.intents()]
    return intents, {(span.entity, span.start, span.end) for span in reading.spans}


def _entry(text: str, first: Reading, second: Reading) -> str:
    """The example as the first engine has it, and what both made of it."""
    intent, _ = first.intents()[0]
    return f"""\
  # {_verdict(text, first)}
  # {_verdict(text, second)}
  - intent: {intent}
    examples: |
      - {_marked(text, first)}
"""


def _verdict(text: str, reading: Reading) -> str:
    intents = ", ".join(f"{intent} {odds:.2f}" for intent, odds in reading.intents())
    return f"{reading.engine}: {intents}; {_marked(text, reading)}"


def _marked(text: str, reading: Reading) -> str:
    """The text with its details marked as in training data: `[渋谷店](store)`."""
    out, at = "", 0
    for span in reading.spans:
        detail = _plain(text[span.start : span.end])
        out += f"{_plain(text[at : span.start])}[{detail}]({span.entity})"
        at = span.end
    return (out + _plain(text[at:])).strip()


def _plain(text: str) -> str:
    """One line, and no brackets that would be read as marks."""
    return " ".join(text.split("\n")).translate(str.maketrans("[]", "［］"))
