"""What a message asks for: n-grams decide; where they are unsure, meaning is asked too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.nlu.encoder import Encoder, Vectors
from bot.nlu.features import characters, words
from bot.nlu.tokens import Token

Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]

SURE = 0.97
"""Where the n-grams are this sure, meaning is not asked."""
OUT_OF_SCOPE = "out_of_scope"
OUT_OF_SCOPE_LEAN = 0.5
"""Added to the log-odds of out of scope: answering what nobody asked is worse than asking back.

Chosen on held-out messages: more would cost false alarms and catch hardly any more.
"""
ENCODER_WEIGHT = 4.0
NEIGHBOUR_WEIGHT = 2.0
"""How much of the second stage's say the sentence vector and its nearest examples have."""


@dataclass(frozen=True)
class Grams:
    """The n-grams of one kind (characters or words) that the first stage knows."""

    vocabulary: Mapping[str, int]
    idf: Floats

    def weigh(self, grams: Sequence[str]) -> tuple[list[int], Floats]:
        """Indices and TF-IDF weights (length 1) of the n-grams that are known."""
        counts = Counter(map(self.vocabulary.get, grams))
        counts.pop(None, None)
        indices = [at for at in counts if at is not None]
        weights: Floats = np.fromiter(counts.values(), np.float32, len(indices))
        weights = (1 + np.log(weights)) * self.idf[indices]
        length = float(np.sqrt(weights @ weights))
        return indices, weights / length if length else weights


@dataclass(frozen=True)
class Stages:
    """The learned numbers of both stages; `first_sharpness` turns margins into probabilities.

    The rows of `first` belong to the character n-grams, then to the word n-grams; each column of
    `neighbours` is an example, which is quicker to multiply than a row.
    """

    intents: tuple[str, ...]
    characters: Grams
    words: Grams
    first: Halves
    first_bias: Floats
    first_sharpness: float
    second: Floats
    second_bias: Floats
    axes: Floats
    neighbours: Floats
    neighbour_intents: npt.NDArray[np.int16]


def along(vectors: Vectors, axes: Floats) -> Floats:
    """The vectors along their most telling axes only, length 1 again."""
    short = vectors @ axes
    length = np.linalg.norm(short, axis=1, keepdims=True)
    return np.asarray(short / np.maximum(length, 1e-6), dtype=np.float32)


def nearest(cosines: Floats, intents: npt.NDArray[np.int16], n: int) -> Floats:
    """The cosine to the nearest example of each of `n` intents; columns are sorted by intent."""
    starts = np.searchsorted(intents, np.arange(n))
    return np.maximum.reduceat(cosines, starts, axis=1).astype(np.float32)


def together(margins: Floats, vectors: Vectors, near: Floats) -> Floats:
    """What the second stage sees."""
    return np.hstack([margins, ENCODER_WEIGHT * vectors, NEIGHBOUR_WEIGHT * near])


def probabilities(margins: Floats, sharpness: float) -> Floats:
    """Softmax of the margins."""
    raised = np.exp(sharpness * (margins - margins.max(axis=-1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


class Classifier:
    """Both stages, ready to judge."""

    def __init__(self, stages: Stages, encoder: Encoder, sure: float) -> None:
        self._stages = stages
        self._encoder = encoder
        self._sure = sure

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents judged between, in the order of the probabilities."""
        return self._stages.intents

    def margins(self, text: str, tokens: Sequence[Token]) -> Floats:
        """The first stage's margins for folded text."""
        stages = self._stages
        total = stages.first_bias.copy()
        border = len(stages.characters.vocabulary)
        kinds = (
            (stages.characters, stages.first[:border], characters(text)),
            (stages.words, stages.first[border:], words(tokens)),
        )
        for grams, rows, found in kinds:
            indices, weights = grams.weigh(found)
            if indices:
                total += weights @ rows[indices].astype(np.float32)
        return total

    def guess(self, margins: Floats) -> Floats:
        """The probability of each intent by n-grams alone."""
        return probabilities(margins, self._stages.first_sharpness)

    def judge(self, texts: Sequence[str], margins: Sequence[Floats]) -> list[Floats]:
        """The probability of each intent for folded texts, with the margins they have."""
        stages = self._stages
        judged = [self.guess(row) for row in margins]
        unsure = [at for at, odds in enumerate(judged) if float(odds.max()) < self._sure]
        if unsure:
            vectors = self._encoder.encode([texts[at] for at in unsure])
            cosines = along(vectors, stages.axes) @ stages.neighbours
            near = nearest(cosines, stages.neighbour_intents, len(stages.intents))
            seen = together(np.vstack([margins[at] for at in unsure]), vectors, near)
            second = probabilities(seen @ stages.second + stages.second_bias, 1.0)
            for at, odds in zip(unsure, second, strict=True):
                judged[at] = odds
        return judged
