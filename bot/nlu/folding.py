"""Spelling that does not matter, removed; each folded character remembers where it came from."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 1_000
"""Code points read of a message; what follows is kept by the caller but not understood."""

_VOICED = {"ﾞ": "\u3099", "ﾟ": "\u309a", "゛": "\u3099", "゜": "\u309a"}
_DASHES = frozenset("-‐‑‒–—―−ｰ")
_KATAKANA = re.compile(r"[ァ-ヺー]")
_HIRAGANA_OF = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_KEY_DROPS = re.compile(r"[\s\-_.,'’`・･/&+()\[\]「」『』【】!?:;~ー]+")
_KEY_VARIANTS = (
    ("ゔぁ", "ば"), ("ゔぃ", "び"), ("ゔぇ", "べ"), ("ゔぉ", "ぼ"), ("ゔ", "ぶ"),
    ("ぢ", "じ"), ("づ", "ず"), ("でゅ", "じゅ"), ("てゅ", "ちゅ"), ("ゐ", "い"), ("ゑ", "え"),
)  # fmt: skip
_LETTER_READINGS = {"t": "てぃ", "y": "わい", "v": "ぶい", "g": "じ", "j": "じぇい", "p": "ぴ"}
_LETTER_BEFORE_KANA = re.compile(r"(?<![a-z])([tyvgjp])(?=[ぁ-ん])")


@dataclass(frozen=True)
class Folded:
    """Folded text; character `i` stands for the original code points `starts[i]:ends[i]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original code points behind the folded slice `start:end` (not empty)."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=8_192)
def _fold_character(character: str) -> str:
    """NFKC in lower case; nothing for what cannot be seen; one blank for any blank."""
    if character in "\n\r\u2028\u2029":
        return "\n"
    if character.isspace():
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return ""
    if "\ufe00" <= character <= "\ufe0f":
        return ""
    if character in "〜～":
        return "~"
    if character in "’‘´":
        return "'"
    return unicodedata.normalize("NFKC", character).lower()


def fold(text: str) -> Folded:
    """Fold the first `LONGEST` code points of a message; never raises."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, character in enumerate(text[:LONGEST]):
        mark = _VOICED.get(character) or (character if unicodedata.combining(character) else None)
        if mark and out:
            joined = unicodedata.normalize("NFC", out[-1] + mark)
            if len(joined) == 1:
                out[-1], ends[-1] = joined, at + 1
                continue
        if character in _DASHES and out and _KATAKANA.match(out[-1]):
            character = "ー"
        for folded in _fold_character(character):
            if folded.isspace() and (not out or out[-1].isspace()):
                continue
            out.append(folded)
            starts.append(at)
            ends.append(at + 1)
    return Folded("".join(out), tuple(starts), tuple(ends))


def normalised(text: str) -> str:
    """Text as people would type it neatly: NFKC, no invisible characters, case kept."""
    kept = (c for c in unicodedata.normalize("NFKC", text) if _fold_character(c))
    return " ".join("".join(kept).split())


def hiragana(text: str) -> str:
    """Katakana as hiragana."""
    return text.translate(_HIRAGANA_OF)


@lru_cache(maxsize=65_536)
def key(text: str) -> str:
    """What two spellings of one name share: ティーシャツ, Ｔシャツ and tシャツ have one key."""
    small = _KEY_DROPS.sub("", hiragana(fold(text).text))
    small = _LETTER_BEFORE_KANA.sub(lambda m: _LETTER_READINGS[m[1]], small)
    for variant, plain in _KEY_VARIANTS:
        if variant in small:
            small = small.replace(variant, plain)
    return small
