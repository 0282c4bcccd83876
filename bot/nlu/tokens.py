"""Words of a folded message: Sudachi where there is Japanese, a pattern elsewhere."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.nlu.folding import hiragana

if TYPE_CHECKING:
    from sudachipy import Dictionary, Tokenizer

JAPANESE = re.compile(r"[぀-ヿ㐀-䶿一-鿿々〆]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+(?:[.,:]\d+)*|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, where it stands in the folded text, its plain spelling and part of speech."""

    start: int
    end: int
    surface: str
    normal: str
    part: tuple[str, str, str]


@cache
def _dictionary() -> Dictionary:
    from sudachipy import Dictionary

    return Dictionary()


_local = threading.local()


def _tokenizer() -> Tokenizer:
    """One tokenizer a thread: Sudachi's may not be shared."""
    from sudachipy import SplitMode

    found: Tokenizer | None = getattr(_local, "tokenizer", None)
    if found is None:
        found = _local.tokenizer = _dictionary().tokenizer(SplitMode.A)
    return found


def tokens(text: str) -> list[Token]:
    """The words of folded text, blanks left out."""
    if JAPANESE.search(text):
        return [
            Token(m.begin(), m.end(), m.surface(), m.normalized_form().lower(),
                  m.part_of_speech()[:3])
            for m in _tokenizer().tokenize(text)
            if not m.surface().isspace()
        ]  # fmt: skip
    return [Token(m.start(), m.end(), m[0], m[0], _shape(m[0])) for m in _WORD.finditer(text)]


def _shape(word: str) -> tuple[str, str, str]:
    kind = "word" if word[0].isalpha() else "number" if word[0].isdigit() else "mark"
    return (kind, "*", "*")


def in_kana(text: str) -> str:
    """Folded Japanese text as it is read, in hiragana."""
    read = (
        m.reading_form() if JAPANESE.search(m.surface()) else m.surface()
        for m in _tokenizer().tokenize(text)
    )  # fmt: skip
    return hiragana("".join(read))
