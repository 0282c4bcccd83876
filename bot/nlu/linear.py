"""The default engine: n-grams, sentence vectors and a trained field, all in this process."""

from __future__ import annotations

from collections.abc import Sequence

from bot.nlu.classifier import SURE, Classifier, Floats
from bot.nlu.encoder import Encoder
from bot.nlu.engine import Look
from bot.nlu.model import Model
from bot.nlu.reading import Common
from bot.nlu.spans import SpanFinder
from bot.nlu.tokens import Token


class Linear:
    """Understands Japanese and English; what other engines share with it is `common`."""

    name = "linear"

    def __init__(self, model: Model, encoder: Encoder) -> None:
        self._encoder = encoder
        self._classifier = Classifier(model.stages, encoder, SURE)
        self._spans = SpanFinder(model.spans)
        self.common = Common(model.words, self._classifier)

    def load(self) -> None:
        """Read the weights now: they are needed only where n-grams are unsure."""
        self._encoder.load()

    async def look(self, text: str, words: Sequence[Token]) -> Look:
        """The details; intents are judged once it is known which parts there are."""
        return Look(self._spans.find(words))

    async def judge(self, texts: Sequence[str], margins: Sequence[Floats]) -> Sequence[Floats]:
        """The probability of each intent for parts of a message."""
        return self._classifier.judge(texts, margins)
