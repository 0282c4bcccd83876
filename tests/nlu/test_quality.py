"""Accuracy on messages never trained on stays above an honest floor."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu import evaluate

HELD_OUT = Path(__file__).parents[2] / "nlu_data" / "held_out"


@pytest.mark.parametrize(
    ("name", "floor"), [("ja", 93.5), ("en", 93.5), ("multi_ja", 80.0), ("multi_en", 80.0)]
)
async def test_accuracy_on_held_out_messages(reader, lexicon, name, floor):
    report = await evaluate(reader, HELD_OUT / f"{name}.tsv", lexicon)
    assert report.accuracy >= floor, report.text()


@pytest.mark.parametrize(("name", "floor"), [("entities_ja", 90.0), ("entities_en", 82.0)])
async def test_details_in_held_out_messages(reader, lexicon, name, floor):
    report = await evaluate(reader, HELD_OUT / f"{name}.tsv", lexicon)
    assert report.details_f1 >= floor, report.text()
