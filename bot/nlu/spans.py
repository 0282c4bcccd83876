"""Finds details in a message with a conditional random field over its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.nlu.tokens import Token

_SHAPES = (
    (re.compile(r"\d"), "9"),
    (re.compile(r"[a-z]"), "a"),
    (re.compile(r"[ぁ-ゟ]"), "あ"),
    (re.compile(r"[゠-ヿ]"), "ア"),
    (re.compile(r"[一-鿿々]"), "漢"),
)


@dataclass(frozen=True)
class Span:
    """A detail found in folded text, `start:end`; `own`: it is of the shop's own names.

    `role` is what an engine that learns roles says of it: the store something moves `from` or `to`.
    """

    entity: str
    start: int
    end: int
    own: bool = False
    role: str | None = None


def _shape(word: str) -> str:
    for pattern, mark in _SHAPES:
        word = pattern.sub(mark, word)
    return re.sub(r"(.)\1+", r"\1+", word)


def _own(token: Token) -> tuple[str, str, str, str]:
    return (re.sub(r"\d", "0", token.normal), token.part[0], ",".join(token.part),
            _shape(token.surface))  # fmt: skip


def observed(tokens: Sequence[Token]) -> list[list[str]]:
    """What the field sees of each word: itself, its neighbours, its shape."""
    own = [_own(token) for token in tokens]
    edge = ("<>", "<>", "<>", "<>")
    padded = [edge, edge, *own, edge, edge]
    rows = []
    for at, token in enumerate(tokens):
        before2, before, here, after, after2 = padded[at : at + 5]
        word = token.surface
        rows.append([
            "bias", f"w={here[0]}", f"s={word}", f"p={here[2]}", f"h={here[3]}",
            f"pre={word[:2]}", f"suf={word[-2:]}", f"end={word[-1]}",
            f"-1w={before[0]}", f"-1p={before[2]}", f"-1h={before[3]}",
            f"+1w={after[0]}", f"+1p={after[2]}", f"+1h={after[3]}",
            f"-2w={before2[0]}", f"+2w={after2[0]}", f"-2p={before2[1]}", f"+2p={after2[1]}",
            f"-1w0w={before[0]}|{here[0]}", f"0w+1w={here[0]}|{after[0]}",
            f"-1p0p={before[2]}|{here[2]}", f"0p+1p={here[2]}|{after[2]}",
        ])  # fmt: skip
    return rows


def tags(tokens: Sequence[Token], marks: Iterable[Span]) -> list[str]:
    """The begin/inside/outside tag of each word."""
    out = ["O"] * len(tokens)
    for mark in marks:
        first = True
        for at, token in enumerate(tokens):
            if token.start < mark.end and mark.start < token.end:
                out[at] = f"{'B' if first else 'I'}-{mark.entity}"
                first = False
    return out


def joined(tokens: Sequence[Token], labels: Sequence[str]) -> list[Span]:
    """Spans from the tags of the words."""
    spans: list[Span] = []
    for token, label in zip(tokens, labels, strict=True):
        if label == "O":
            continue
        begin, entity = label.split("-", 1)
        follows = spans and spans[-1].entity == entity and begin == "I"
        if follows and token.start - spans[-1].end <= 1:
            spans[-1] = Span(entity, spans[-1].start, token.end)
        else:
            spans.append(Span(entity, token.start, token.end))
    return spans


class SpanFinder:
    """A trained field; `model` is what `train` returned."""

    def __init__(self, model: bytes) -> None:
        from pycrfsuite import Tagger

        self._model = model  # the tagger reads these bytes in place: they must outlive it
        self._tagger = Tagger()
        self._tagger.open_inmemory(self._model)

    def find(self, tokens: Sequence[Token]) -> list[Span]:
        """Details among the words, in order."""
        if not tokens:
            return []
        return joined(tokens, self._tagger.tag(observed(tokens)))


def train(rows: Iterable[tuple[Sequence[Token], Sequence[str]]], scratch: Path) -> bytes:
    """Learn from words and their tags; `scratch` is a file it may write."""
    from pycrfsuite import Trainer

    # The averaged perceptron is as good as L-BFGS here, in a third of the time.
    trainer = Trainer(algorithm="ap", verbose=False)
    trainer.set_params({"max_iterations": 5})
    for tokens, labels in rows:
        if tokens:
            trainer.append(observed(tokens), labels)
    trainer.train(str(scratch))
    return scratch.read_bytes()
