"""What people do at the counter, from the first word to the last."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import ROOT
from tests.conversations.conftest import OpenShop
from tests.conversations.visitor import Answer, Visitor

HERE = Path(__file__).parent
DEMO_SHOP = ROOT / "backend" / "demo_shop"
STEPS = {"say", "times", "tap", "wait"}
EXPECTED = {"lines", "has", "lacks", "choices"}


def _words_of_the_demo_shop() -> frozenset[str]:
    """Its names, its telephone numbers and its currency: nothing another retailer may hear."""
    about = json.loads((DEMO_SHOP / "shop.json").read_text("utf-8"))
    rows = [
        json.loads(line)
        for file in ("stores.jsonl", "products.jsonl")
        for line in (DEMO_SHOP / file).read_text("utf-8").splitlines()
    ]
    english = {row["translations"]["en"]["name"] for row in rows if "translations" in row}
    phones = {row["phone"] for row in rows if "phone" in row} | {about["support"]["phone"]}
    return frozenset({row["name"] for row in rows} | english | phones | {about["name"], "円", "¥"})


OF_THE_DEMO_SHOP = _words_of_the_demo_shop()


def _talks() -> list[Any]:
    """Every talk: the folder names its shop, the file what it is about."""
    return [
        pytest.param(file.parent.name, language, talk, id=f"{file.stem}-{language}-{title}")
        for file in sorted(HERE.glob("*/*.yml"))
        for language, talks in yaml.safe_load(file.read_text("utf-8")).items()
        for title, talk in talks.items()
    ]


@pytest.mark.parametrize(("shop", "language", "talk"), _talks())
async def test_talk(
    shop: str, language: str, talk: Sequence[Mapping[str, Any]], open_shop: OpenShop
) -> None:
    async with open_shop(shop) as visitor_speaking:
        visitor = visitor_speaking(language)
        for number, turn in enumerate(talk, start=1):
            assert turn.keys() <= STEPS | EXPECTED, turn
            answer = await _turn(visitor, turn)
            if answer is not None:
                wrong = [*_differences(answer, turn)]
                if shop != DEMO_SHOP.name:
                    wrong += [f"knows {word!r}" for word in OF_THE_DEMO_SHOP if word in answer.text]
                assert not wrong, _report(number, turn, answer, wrong)


async def _turn(visitor: Visitor, turn: Mapping[str, Any]) -> Answer | None:
    if "wait" in turn:
        visitor.wait(turn["wait"])
        return None
    if "tap" in turn:
        return await visitor.tap(turn["tap"])
    return await visitor.say(turn["say"] * turn.get("times", 1))


def _differences(answer: Answer, turn: Mapping[str, Any]) -> Iterator[str]:
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
