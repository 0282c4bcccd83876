"""What engines differ in: what words ask for, and which details they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.nlu.classifier import Floats
from bot.nlu.spans import Span
from bot.nlu.tokens import Token


@dataclass(frozen=True)
class Look:
    """A first look at a whole message: its details, and its intents where they come along."""

    spans: Sequence[Span]
    odds: Floats | None = None


class Engine(Protocol):
    """Judges folded text; probabilities are in the order of the classifier's intents.

    Both methods raise `bot.errors.Unavailable` where the engine is a service that does not answer.
    """

    name: str

    async def look(self, text: str, words: Sequence[Token]) -> Look:
        """The details of a whole message."""

    async def judge(self, texts: Sequence[str], margins: Sequence[Floats]) -> Sequence[Floats]:
        """The probability of each intent for parts of a message, with their n-grams' margins."""
