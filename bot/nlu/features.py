"""What a message is made of, for the classifier: character n-grams and word n-grams."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.nlu.tokens import JAPANESE, Token

_DIGITS = re.compile(r"\d")
_REPEATED = re.compile(r"(\D)\1{2,}")
_BLANK = re.compile(r"\s+")


def characters(text: str) -> list[str]:
    """Character n-grams of folded text: across words in Japanese, inside them elsewhere."""
    plain = _DIGITS.sub("0", _REPEATED.sub(r"\1", _BLANK.sub(" ", text.strip())))
    if JAPANESE.search(plain):
        return _grams(f"^{plain}$", 1, 4)
    return [gram for word in plain.split(" ") for gram in _grams(f" {word} ", 2, 5)]


def _grams(text: str, shortest: int, longest: int) -> list[str]:
    return [
        text[at : at + length]
        for length in range(shortest, longest + 1)
        for at in range(len(text) - length + 1)
    ]


def words(tokens: Sequence[Token]) -> list[str]:
    """Plain spellings and pairs of them; the tab keeps them apart from character n-grams."""
    plain = ["^", *(_DIGITS.sub("0", token.normal) for token in tokens), "$"]
    singles = [f"\t{word}" for word in plain[1:-1]]
    pairs = [f"\t{left}\t{right}" for left, right in pairwise(plain)]
    return singles + pairs
