"""How well an engine understands: accuracy, out of scope, confusions, details, latency."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bot.dialogue.heard import Expecting
from bot.errors import MadoguchiError
from bot.nlu.classifier import OUT_OF_SCOPE
from bot.nlu.folding import normalised
from bot.nlu.linear import Linear
from bot.nlu.reading import Reader
from bot.ports import Lexicon

_WARMING = ("これ、まだある感じですかね", "would that one still be around by any chance")
"""Understood before the clock runs: dictionaries and weights are read with the first message."""
ENTITIES = frozenset(
    {"product", "size", "color", "store", "order_number", "date", "time", "phone", "email",
     "member_number", "quantity", "place"}
)  # fmt: skip


class BadEvaluationFile(MadoguchiError):
    """A line of an evaluation file is not `label<TAB>text`; the message names it."""


async def parse_json(reader: Reader, text: str, lexicon: Lexicon) -> dict[str, Any]:
    """One message as `nlu parse` prints it; offsets are code points of `text`.

    Raises `Unavailable` where the reader's engine is a service that does not answer.
    """
    reading = await reader.read(text, Expecting(), lexicon)
    entities = []
    for span in reading.spans:
        start, end = reading.folded.span(span.start, span.end)
        entity = span.entity if span.entity in ENTITIES else "size"
        entities.append(
            {"entity": entity, "value": normalised(text[start:end]), "start": start, "end": end}
        )
    return {
        "text": text,
        "requests": [{"intent": i, "confidence": round(odds, 3)} for i, odds in reading.intents()],
        "entities": entities,
        "language": reading.language,
    }


@dataclass
class Report:
    """Figures of one evaluation; rates are in per cent.

    Latencies are in milliseconds of one core, or, of a `remote` engine, until it has answered.
    """

    remote: bool = False
    messages: int = 0
    right: int = 0
    right_by_intent: Counter[str] = field(default_factory=Counter)
    wanted_by_intent: Counter[str] = field(default_factory=Counter)
    given_by_intent: Counter[str] = field(default_factory=Counter)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    details_right: int = 0
    details_wanted: int = 0
    details_given: int = 0
    latencies: list[float] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        """Messages with an acceptable intent (or both, of two)."""
        return 100 * self.right / max(1, self.messages)

    @property
    def macro_f1(self) -> float:
        """The mean over the wanted intents of F1."""
        scores = [
            200 * self.right_by_intent[i] / (self.given_by_intent[i] + wanted)
            for i, wanted in self.wanted_by_intent.items()
        ]
        return float(np.mean(scores)) if scores else 0.0

    @property
    def out_of_scope_caught(self) -> float:
        """Out-of-scope messages recognised as such."""
        wanted = self.wanted_by_intent[OUT_OF_SCOPE]
        return 100 * self.right_by_intent[OUT_OF_SCOPE] / max(1, wanted)

    @property
    def false_alarms(self) -> float:
        """Other messages taken for out of scope."""
        wrongly = self.given_by_intent[OUT_OF_SCOPE] - self.right_by_intent[OUT_OF_SCOPE]
        return 100 * wrongly / max(1, self.messages - self.wanted_by_intent[OUT_OF_SCOPE])

    @property
    def details_f1(self) -> float:
        """F1 of exact details."""
        return 200 * self.details_right / max(1, self.details_wanted + self.details_given)

    def latency(self, percentile: float) -> float:
        """The latency below which this share of messages was understood."""
        return float(np.percentile(self.latencies, percentile)) if self.latencies else 0.0

    def text(self) -> str:
        """The figures for people."""
        lines = [f"messages      {self.messages}"]
        if self.wanted_by_intent:
            lines += [
                f"accuracy      {self.accuracy:.1f} %",
                f"macro F1      {self.macro_f1:.1f} %",
            ]
        if self.wanted_by_intent[OUT_OF_SCOPE]:
            lines.append(
                f"out of scope  {self.out_of_scope_caught:.1f} % caught, "
                f"{self.false_alarms:.1f} % false alarms"
            )
        if self.details_wanted:
            precision = 100 * self.details_right / max(1, self.details_given)
            recall = 100 * self.details_right / self.details_wanted
            lines.append(
                f"details       F1 {self.details_f1:.1f} %, precision {precision:.1f} %, "
                f"recall {recall:.1f} %"
            )
        p50, p99 = self.latency(50), self.latency(99)
        of = "until the answer" if self.remote else "of one core"
        lines.append(f"latency       p50 {p50:.2f} ms, p99 {p99:.2f} ms {of}")
        if self.confusions:
            lines.append("confusions    wanted -> given")
            lines += [f"  {n:3} {a} -> {b}" for (a, b), n in self.confusions.most_common(15)]
        return "\n".join(lines)


async def evaluate(reader: Reader, file: Path, lexicon: Lexicon) -> Report:
    """Judge a file of `label<TAB>text` lines, or of `text<TAB>[details as JSON]` lines.

    A label may be `a|b` (either will do) or `a+b` (both are asked). Further columns are ignored.
    Raises `BadEvaluationFile` naming the line, `OSError` if the file cannot be read, `Unavailable`
    where the reader's engine is a service that does not answer.
    """
    report = Report(remote=reader.engine != Linear.name)
    for text in _WARMING:
        await parse_json(reader, text, lexicon)
    lines = (await asyncio.to_thread(file.read_text, "utf-8")).split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("# "):
            continue
        columns = line.rstrip("\r").split("\t")
        if len(columns) < 2:
            raise BadEvaluationFile(f"{file}:{number}: no tab between label and text")
        if columns[1].startswith("[{") or columns[1] == "[]":
            await _judge_details(reader, columns[0], columns[1], lexicon, report)
        else:
            await _judge_intent(reader, columns[0].strip(), columns[1], lexicon, report)
    return report


async def _parsed(reader: Reader, text: str, lexicon: Lexicon, report: Report) -> dict[str, Any]:
    # What else runs on the machine does not count, unless the engine runs elsewhere.
    clock = time.perf_counter if report.remote else time.thread_time
    start = clock()
    parsed = await parse_json(reader, text, lexicon)
    report.latencies.append(1000 * (clock() - start))
    report.messages += 1
    return parsed


async def _judge_intent(
    reader: Reader, label: str, text: str, lexicon: Lexicon, report: Report
) -> None:
    parsed = await _parsed(reader, text, lexicon, report)
    given = [request["intent"] for request in parsed["requests"]] or ["none"]
    if "+" in label:
        right, wanted = set(label.split("+")) <= set(given), label
        got = label if right else "+".join(given)
    else:
        accepted = label.split("|")
        got = given[0]
        right = got in accepted
        wanted = got if right else accepted[0]
    report.wanted_by_intent[wanted] += 1
    report.given_by_intent[got] += 1
    if right:
        report.right += 1
        report.right_by_intent[wanted] += 1
    else:
        report.confusions[wanted, got] += 1


async def _judge_details(
    reader: Reader, text: str, wanted: str, lexicon: Lexicon, report: Report
) -> None:
    parsed = await _parsed(reader, text, lexicon, report)
    details = {(d["entity"], normalised(d["text"])) for d in json.loads(wanted)}
    given = {(d["entity"], d["value"]) for d in parsed["entities"]}
    report.details_wanted += len(details)
    report.details_given += len(given)
    report.details_right += len(details & given)
