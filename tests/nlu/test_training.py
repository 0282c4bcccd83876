"""The same examples make the same model, wherever and however often it is trained."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from bot.config import ROOT
from bot.nlu import train
from bot.nlu.examples import read
from bot.nlu.variants import hurried

FEW = ("greet", "goodbye", "check_stock")


def few_examples(folder: Path) -> Path:
    for language in ("ja", "en"):
        (folder / language).mkdir(parents=True)
        for intent in FEW:
            shutil.copy(ROOT / "nlu_data" / language / f"{intent}.yml", folder / language)
    return folder


def test_training_twice_learns_the_same(tmp_path):
    data = few_examples(tmp_path / "data")
    once, again = (np.load(train(data, tmp_path / name)) for name in ("once", "again"))
    assert set(once.files) == set(again.files)
    for name in once.files:
        np.testing.assert_array_equal(once[name], again[name], err_msg=name)


def test_copies_of_hurried_people_keep_the_intent(tmp_path):
    examples = read(few_examples(tmp_path)).examples
    copies = list(hurried(examples))
    assert copies == list(hurried(examples))
    assert {intent for _, intent in copies} == set(FEW)
