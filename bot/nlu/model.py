"""A trained model: one file of numbers and word lists, nothing that runs when loaded."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.nlu.classifier import Grams, Stages
from bot.nlu.wordlists import WordLists

_ARRAYS = (
    "first", "first_bias", "second", "second_bias", "axes", "neighbours", "neighbour_intents",
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """What training learned; `spans` is the conditional random field."""

    stages: Stages
    spans: bytes
    words: WordLists


def save(model: Model, file: Path) -> None:
    """Write the model; a reader never sees half a file."""
    stages, words = model.stages, model.words
    text = {
        "intents": stages.intents,
        "characters": list(stages.characters.vocabulary),
        "words": list(stages.words.vocabulary),
        "first_sharpness": stages.first_sharpness,
        "lists": asdict(words) | {"rude": sorted(words.rude)},
    }
    arrays: dict[str, Any] = {name: getattr(stages, name) for name in _ARRAYS}
    arrays["neighbours"] = stages.neighbours.astype(np.float16)
    arrays["characters_idf"] = stages.characters.idf
    arrays["words_idf"] = stages.words.idf
    arrays["spans"] = np.frombuffer(model.spans, np.uint8)
    arrays["text"] = np.frombuffer(json.dumps(text, ensure_ascii=False).encode(), np.uint8)
    scratch = file.with_suffix(".part.npz")
    np.savez_compressed(scratch, **arrays)
    scratch.replace(file)


def load(file: Path) -> Model:
    """Read a model that `save` wrote."""
    with np.load(file, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    text = json.loads(arrays["text"].tobytes())

    def grams(kind: str) -> Grams:
        return Grams({g: at for at, g in enumerate(text[kind])}, arrays[f"{kind}_idf"])

    numbers: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
    numbers["neighbours"] = numbers["neighbours"].astype(np.float32)
    lists = text["lists"]
    groups = {
        entity: {phrase: tuple(words) for phrase, words in group.items()}
        for entity, group in lists["groups"].items()
    }
    return Model(
        stages=Stages(
            intents=tuple(text["intents"]),
            characters=grams("characters"),
            words=grams("words"),
            first_sharpness=text["first_sharpness"],
            **numbers,
        ),
        spans=arrays["spans"].tobytes(),
        words=WordLists(lists["phrases"], groups, frozenset(lists["rude"])),
    )
