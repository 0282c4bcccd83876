"""What people do at the counter, from the first word to the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from visitor import Answer, Visitor

HERE = Path(__file__).parent
STEPS = {"say", "tap", "wait"}
EXPECTED = {"lines", "has", "lacks", "choices"}


def _talks() -> list[Any]:
    return [
        pytest.param(shop, language, talk, id=f"{file.stem}-{language}-{title}")
        for file in sorted(HERE.glob("*/*.yml"))
        for shop in [file.parent.name]
        for language, talks in yaml.safe_load(file.read_text("utf-8")).items()
        for title, talk in talks.items()
    ]


@pytest.mark.parametrize(("shop", "language", "talk"), _talks())
async def test_talk(shop: str, language: str, talk: Sequence[Mapping[str, Any]], open_shop) -> None:
    async with open_shop(shop) as visitor_speaking:
        visitor = visitor_speaking(language)
        for number, turn in enumerate(talk, start=1):
            assert turn.keys() <= STEPS | EXPECTED, turn
            answer = await _turn(visitor, turn)
            if answer is not None:
                wrong = [*_differences(answer, turn)]
                assert not wrong, _report(number, turn, answer, wrong)


async def _turn(visitor: Visitor, turn: Mapping[str, Any]) -> Answer | None:
    if "wait" in turn:
        visitor.wait(turn["wait"])
        return None
    return await (visitor.tap(turn["tap"]) if "tap" in turn else visitor.say(turn["say"]))


def _differences(answer: Answer, turn: Mapping[str, Any]):
    """What was expected and is not so."""
    if "lines" in turn and answer.keys != turn["lines"]:
        yield f"lines are {answer.keys}"
    yield from (f"lacks {part!r}" for part in _listed(turn, "has") if part not in answer.text)
    yield from (f"has {part!r}" for part in _listed(turn, "lacks") if part in answer.text)
    offered = _listed(turn, "choices")
    yield from (f"no choice {label!r}" for label in offered if label not in answer.choices)


def _listed(turn: Mapping[str, Any], name: str) -> list[str]:
    value = turn.get(name, [])
    return [value] if isinstance(value, str) else value


def _report(number: int, turn: Mapping[str, Any], answer: Answer, wrong: Sequence[str]) -> str:
    said = turn.get("say") or f"[{turn.get('tap')}]"
    return f"turn {number}, {said!r}: {'; '.join(wrong)}\n{answer.text}"
