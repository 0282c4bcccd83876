"""Trains the `linear` engine from `nlu_data`; a model is kept under the hash of what made it."""

from __future__ import annotations

import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.nlu import examples, model, spans
from bot.nlu.encoder import Encoder
from bot.nlu.examples import Example, Mark, TrainingData
from bot.nlu.features import characters, words
from bot.nlu.folding import Folded, fold
from bot.nlu.linear import Linear
from bot.nlu.model import Model
from bot.nlu.spans import Span
from bot.nlu.tokens import Token, tokens
from bot.nlu.wordlists import WordLists

FORMAT = 5
"""Raised when what is made of the same training data changes."""


def train(data: Path, models: Path, *, force: bool = False) -> Path:
    """The model file for the training data in `data`; learns only if there is none, or `force`.

    Raises `TrainingDataError` when the data cannot be read.
    """
    file = model_file(data, models)
    if force or not file.exists():
        models.mkdir(parents=True, exist_ok=True)
        learned = learn(examples.read(data), Encoder(models))
        model.save(learned, file)
    return file


def model_file(data: Path, models: Path) -> Path:
    """Where the model of this training data is kept, once there is one."""
    return models / f"linear-{FORMAT}-{examples.content_hash(data)}.npz"


def load_or_train(data: Path, models: Path) -> Linear:
    """The engine, trained on first use."""
    return Linear(model.load(train(data, models)), Encoder(models))


def learn(data: TrainingData, encoder: Encoder) -> Model:
    """Learn intents, details and word lists."""
    from bot.nlu.fitting import Row, fit

    rows, texts = [], []
    for example in data.examples:
        plain = fold(example.text).text
        rows.append(Row(characters(plain), words(tokens(plain)), example.intent))
        texts.append(plain)
    stages = fit(rows, encoder.encode(texts))
    return Model(stages, _learn_spans(data), WordLists.of(data))


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
        for example in (*data.examples, *_swapped(data)):
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
