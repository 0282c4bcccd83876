"""Trains the `linear` engine from `nlu_data`; a model is kept under the hash of what made it."""

from __future__ import annotations

import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bot.nlu import examples, model, spans
from bot.nlu.encoder import Encoder, Vectors
from bot.nlu.examples import Example, Mark, TrainingData
from bot.nlu.features import characters, words
from bot.nlu.folding import Folded, fold
from bot.nlu.linear import Linear
from bot.nlu.model import Model
from bot.nlu.spans import Span
from bot.nlu.tokens import Token, tokens
from bot.nlu.variants import hurried
from bot.nlu.wordlists import WordLists

FORMAT = 7
"""Raised when what is made of the same training data changes."""
_PLAIN = 3
"""Of so many examples without details one is learned from: more make details be overlooked."""
_PARTS = 2
"""Parts the sentences are encoded in; fixed, so that the model does not depend on the machine."""


def train(data: Path, models: Path, *, force: bool = False) -> Path:
    """The model file for the training data in `data`; learns only if there is none, or `force`.

    Raises `TrainingDataError` when the data cannot be read.
    """
    file = model_file(data, models)
    if force or not file.exists():
        models.mkdir(parents=True, exist_ok=True)
        model.save(learn(examples.read(data), models), file)
    return file


def model_file(data: Path, models: Path) -> Path:
    """Where the model of this training data is kept, once there is one."""
    return models / f"linear-{FORMAT}-{examples.content_hash(data)}.npz"


def load_or_train(data: Path, models: Path) -> Linear:
    """The engine, trained on first use."""
    return Linear(model.load(train(data, models)), Encoder(models))


def learn(data: TrainingData, models: Path) -> Model:
    """Learn intents, details and word lists, on two cores where there are two.

    Other processes read details and meanings while this one learns n-grams.
    """
    from bot.nlu.fitting import Row, fit

    said = [(fold(example.text).text, example.intent) for example in data.examples]
    said += hurried(data.examples)
    texts = [text for text, _ in said]
    size = -(-len(texts) // _PARTS)
    with (
        threadpool_limits(1, user_api="blas"),
        ProcessPoolExecutor(2, get_context("spawn")) as others,
    ):
        parts = [
            others.submit(_encode, texts[at : at + size], models)
            for at in range(0, len(texts), size)
        ]
        details = others.submit(_learn_spans, data)
        rows = [Row(characters(text), words(tokens(text)), intent) for text, intent in said]
        stages = fit(rows, lambda: np.vstack([part.result() for part in parts]))
        return Model(stages, details.result(), WordLists.of(data))


def _encode(texts: Sequence[str], models: Path) -> Vectors:
    return Encoder(models).encode(texts)


def _folded(example: Example) -> tuple[Folded, list[Span]]:
    """An example folded, its marks moved along."""
    folded = fold(example.text)
    marks = []
    for mark in example.marks:
        inside = [
            at for at in range(len(folded.text))
            if folded.starts[at] < mark.end and mark.start < folded.ends[at]
        ]  # fmt: skip
        if inside:
            marks.append(Span(mark.entity, inside[0], inside[-1] + 1))
    return folded, marks


def _learn_spans(data: TrainingData) -> bytes:
    """Learn details from the examples, and from copies that name other things."""

    def rows() -> Iterator[tuple[Sequence[Token], list[str]]]:
        plain = [example for example in data.examples if not example.marks]
        telling = [example for example in data.examples if example.marks]
        for example in (*telling, *plain[::_PLAIN], *_swapped(data)):
            folded, marks = _folded(example)
            found = tokens(folded.text)
            yield found, spans.tags(found, marks)

    with tempfile.TemporaryDirectory() as scratch:
        return spans.train(rows(), Path(scratch) / "spans.crfsuite")


def _swapped(data: TrainingData) -> Iterator[Example]:
    """Copies of every other example, each detail replaced by one of its kind and language."""
    others: dict[tuple[str, str], list[str]] = defaultdict(list)
    for example in data.examples:
        for mark in example.marks:
            others[example.language, mark.entity].append(example.text[mark.start : mark.end])
    for language, lookups in data.lookups.items():
        for entity, listed in lookups.items():
            if entity == "product":
                others[language, entity] += listed
    dice = random.Random(0)  # noqa: S311 - repeatable training, no secret
    for example in data.examples[1::2]:
        if example.marks:
            yield _swap(example, others, dice)


def _swap(
    example: Example, others: dict[tuple[str, str], list[str]], dice: random.Random
) -> Example:
    text, marks, at = "", [], 0
    for mark in example.marks:
        text += example.text[at : mark.start]
        other = dice.choice(others[example.language, mark.entity])
        marks.append(Mark(mark.entity, len(text), len(text) + len(other)))
        text += other
        at = mark.end
    return Example(text + example.text[at:], example.intent, example.language, tuple(marks))
