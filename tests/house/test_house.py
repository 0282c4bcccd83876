"""The house keeps its own habits: small files, whole skills, ports with fakes, pure scripts."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

import bot
from bot import skills as skill_folder
from bot.dialogue.steps import Skill
from bot.loading import load_words
from tests.support.canned import CUSTOMERS, SHOPS, TOLD, steps
from tests.support.said_keys import UNASKED

ROOT = Path(bot.__file__).parent.parent
FOLDERS = ("bot", "connectors", "backend", "simulators", "tests", "benchmarks")
LINES_IN_A_FILE = 400
LINES_IN_A_FUNCTION = 50
EXAMPLES = 40
INTERNAL = UNASKED | {
    *("cancel_hold", "pickup_code", "leave_person", "request_call", "queue_place"),
}
"""Reached by a button or from another skill, never by a sentence of their own."""

STORAGE_PORTS = frozenset(
    {
        *("Mailbox", "Conversations", "Customers", "Outbox", "Timeline", "Desk"),
        *("Agents", "DeskSessions", "DeskAudit"),
    }
)


def sources(*endings: str) -> Iterator[Path]:
    for folder in FOLDERS:
        for ending in endings:
            yield from sorted((ROOT / folder).rglob(f"*{ending}"))


@cache
def all_skills() -> tuple[Skill, ...]:
    """The skills of every file in the folder."""
    found: dict[str, Skill] = {}
    for module in pkgutil.iter_modules(skill_folder.__path__):
        names = vars(importlib.import_module(f"bot.skills.{module.name}"))
        several = names.get("skills", ())
        for each in (*names.values(), *several):
            if isinstance(each, Skill):
                found[each.intent] = each
    return tuple(found[intent] for intent in sorted(found))


def test_no_file_is_long() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(".py", ".js", ".css")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_IN_A_FILE
    }
    assert long == {}


def test_no_function_is_long() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": lines
        for path in sources(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > LINES_IN_A_FUNCTION
    }
    assert long == {}


def test_a_channel_meets_its_platforms_stand_in_only_in_tests() -> None:
    told = re.compile(r"^(?:from|import) simulators\b", re.MULTILINE)
    meeting = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "connectors").rglob("*.py")
        if not path.name.startswith(("test_", "conftest")) and told.search(path.read_text("utf-8"))
    }
    assert meeting == set()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_skill_has_examples(language: str) -> None:
    folder = ROOT / "nlu_data" / language
    few = {
        skill.intent
        for skill in all_skills()
        if skill.intent not in INTERNAL and examples(folder / f"{skill.intent}.yml") < EXAMPLES
    }
    assert few == set()


def examples(path: Path) -> int:
    """How many examples a file of training data holds; none where there is no such file."""
    if not path.exists():
        return 0
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    return sum(len(entry["examples"].splitlines()) for entry in told["nlu"])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_skill_has_a_name(language: str) -> None:
    words = load_words(ROOT / "responses")[language]
    intents = {skill.intent for skill in all_skills()}
    assert {i for i in intents if f"skill.{i}" not in words} == set()
    assert {i for i in intents - UNASKED if f"offer.{i}" not in words} == set()


def test_every_port_of_storage_has_a_fake_and_every_other_one_a_maker() -> None:
    ports = dict(port for path in (ROOT / "bot" / "ports").glob("*.py") for port in protocols(path))
    made = [methods for path in (ROOT / "bot").rglob("*.py") for methods in classes(path)]
    faked = [methods for path in _memory() for methods in classes(path)]
    missing = {
        name
        for name, methods in ports.items()
        if not any(methods <= own for own in (faked if name in STORAGE_PORTS else made))
    }
    assert ports.keys() >= STORAGE_PORTS
    assert missing == set()


def _memory() -> Iterator[Path]:
    """Where the fakes of storage are."""
    yield from (ROOT / "bot" / "storage" / "memory").rglob("*.py")


def protocols(path: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """The protocols of a file, with their methods."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and "Protocol" in map(ast.unparse, node.bases):
            yield node.name, _methods(node)


def classes(path: Path) -> Iterator[frozenset[str]]:
    """The public methods of each class that is no protocol."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef) and "Protocol" not in map(ast.unparse, node.bases):
            yield _methods(node)


def _methods(node: ast.ClassDef) -> frozenset[str]:
    return frozenset(
        each.name
        for each in node.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name[0] != "_"
    )


@pytest.mark.parametrize("shop", SHOPS)
@pytest.mark.parametrize("who", CUSTOMERS)
@pytest.mark.parametrize("skill", all_skills(), ids=lambda skill: skill.intent)
def test_a_script_read_twice_takes_the_same_steps(skill: Skill, who: str, shop: str) -> None:
    for told in ({}, TOLD, TOLD | {"as_guest": "as_guest"}):
        for agrees in (True, False):
            first, again = (
                steps(skill, CUSTOMERS[who], SHOPS[shop](), told, agrees=agrees) for _ in range(2)
            )
            assert first == again
            assert first
