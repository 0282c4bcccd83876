"""Copies of examples as people in a hurry write them: in kana alone, with a slip of the finger."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

from bot.nlu.examples import Example
from bot.nlu.folding import fold
from bot.nlu.tokens import in_kana

_EVERY = 8
"""Of so many examples of a language one is copied."""
_WORD = re.compile(r"[a-z]{5,}")


def hurried(examples: Iterable[Example]) -> Iterator[tuple[str, str]]:
    """Folded text and intent of the copies; the same ones each time."""
    dice = random.Random(0)  # noqa: S311 - repeatable training, no secret
    for example in tuple(examples)[::_EVERY]:
        plain = fold(example.text).text
        copy = in_kana(plain) if example.language == "ja" else _mistyped(plain, dice)
        if copy != plain:
            yield copy, example.intent


def _mistyped(text: str, dice: random.Random) -> str:
    """One longer word with a letter left out, doubled or swapped with the next."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = dice.choice(words)
    at = dice.randrange(word.start() + 1, word.end() - 1)
    two = text[at : at + 2]
    return text[:at] + dice.choice((two[1], two[0] + two, two[1] + two[0])) + text[at + 2 :]
