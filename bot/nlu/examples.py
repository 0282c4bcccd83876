"""Reads training data in Rasa's format 3.1: examples with marked details, synonyms, lookups."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import yaml

from bot.errors import MadoguchiError

_MARKED = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<entity>\w+)\)|(?P<json>\{[^}]*\}))")
LANGUAGES = ("ja", "en")

Synonyms = dict[str, dict[str, dict[str, list[str]]]]


class TrainingDataError(MadoguchiError):
    """A training file cannot be read; the message names the file."""


@dataclass(frozen=True)
class Mark:
    """A detail marked in an example: `start:end` in the example's plain text."""

    entity: str
    start: int
    end: int


@dataclass(frozen=True)
class Example:
    """One message as a customer would write it, and what it is."""

    text: str
    intent: str
    language: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class TrainingData:
    """Everything both engines learn from; word lists by language, then by name.

    `synonyms[language][entity]` maps a canonical value to its spellings; the entity is the file's
    name: `colors.yml` holds colours.
    """

    examples: tuple[Example, ...]
    synonyms: Synonyms = field(default_factory=dict)
    lookups: dict[str, dict[str, list[str]]] = field(default_factory=dict)


def marked(line: str) -> tuple[str, tuple[Mark, ...]]:
    """Plain text and marks of one example line: `[渋谷店](store)で`."""
    plain, marks, at = "", [], 0
    for match in _MARKED.finditer(line):
        plain += line[at : match.start()]
        entity = match["entity"] or str(json.loads(match["json"])["entity"])
        marks.append(Mark(entity, len(plain), len(plain) + len(match["text"])))
        plain += match["text"]
        at = match.end()
    return plain + line[at:], tuple(marks)


def _lines(item: dict[str, str], file: Path) -> Iterator[str]:
    for line in (item.get("examples") or "").splitlines():
        if not line.strip():
            continue
        if not line.strip().startswith("- "):
            raise TrainingDataError(f"{file}: an example must start with '- ': {line.strip()}")
        yield line.strip()[2:].strip()


def files(folder: Path) -> list[Path]:
    """The training files of every language, in a fixed order."""
    return [
        file
        for language in LANGUAGES
        for file in sorted((folder / language).rglob("*.yml"))
    ]  # fmt: skip


def content_hash(folder: Path) -> str:
    """Changes whenever any training file does."""
    digest = hashlib.sha256()
    for file in files(folder):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def read(folder: Path) -> TrainingData:
    """Read `<folder>/<language>/**/*.yml`. Raises `TrainingDataError`."""
    examples: list[Example] = []
    synonyms: Synonyms = {k: defaultdict(partial(defaultdict, list)) for k in LANGUAGES}
    lookups: dict[str, dict[str, list[str]]] = {k: defaultdict(list) for k in LANGUAGES}
    for file in files(folder):
        language = file.relative_to(folder).parts[0]
        try:
            content = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
            for item in content["nlu"]:
                lines = list(_lines(item, file))
                if "intent" in item:
                    for text, marks in map(marked, lines):
                        examples.append(Example(text, item["intent"], language, marks))
                elif "synonym" in item:
                    synonyms[language][file.stem.removesuffix("s")][item["synonym"]] += lines
                elif "lookup" in item:
                    lookups[language][item["lookup"]] += lines
        except (yaml.YAMLError, KeyError, TypeError, ValueError) as fault:
            raise TrainingDataError(f"{file}: {fault}") from fault
    if not examples:
        raise TrainingDataError(f"{folder}: no training examples in ja/ or en/")
    return TrainingData(tuple(dict.fromkeys(examples)), synonyms, lookups)
