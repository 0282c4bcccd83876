"""Cutting text where a reader would: lengths in UTF-16 units, as the platforms count."""

from __future__ import annotations

import re
import unicodedata

_BREAKS = (
    re.compile(r"\n\s*"),
    re.compile(r"[。！？!?]+[」』）)\"]*\s*|\.\s+"),
    re.compile(r"[、，,;；]\s*|\s+"),
)
"""Where text may be cut, best first: lines, sentences, clauses and words."""

_ENOUGH = 0.5
"""A piece is at least this full before a better break is preferred to a longer piece."""

_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Cn"})
_ZERO_WIDTH_JOINER = "\u200d"


def length(text: str) -> int:
    """How long platforms say this is: characters outside the basic plane count two."""
    return len(text) + sum(character > "\uffff" for character in text)


def fits(text: str, limit: int) -> bool:
    """Is this at most `limit` long?"""
    return length(text) <= limit


def says_something(text: str) -> bool:
    """Is there anything to be seen in this? Spaces, controls and marks of direction are nothing."""
    return any(unicodedata.category(letter) not in _UNSEEN for letter in text)


def shown(text: str) -> str:
    """The text, or a mark where there is nothing to be seen: platforms refuse an empty one."""
    return text if says_something(text) else "…"


def split(text: str, limit: int) -> tuple[str, ...]:
    """Pieces of at most `limit`, cut at the ends of lines, sentences, clauses or words.

    White space at the cuts goes; a text that fits is one piece, unchanged.
    """
    if fits(text, limit):
        return (text,)
    pieces = []
    rest = text.strip()
    while not fits(rest, limit):
        end = _cut(rest, limit)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return (*pieces, rest) if rest or not pieces else tuple(pieces)


def shortened(text: str, limit: int) -> str:
    """This, or its beginning and an ellipsis."""
    if fits(text, limit):
        return text
    return text[: _whole(text, _longest(text, limit - 1))].rstrip() + "…"


def _cut(text: str, limit: int) -> int:
    longest = _longest(text, limit)
    for breaks in _BREAKS:
        ends = [
            found.end()
            for found in breaks.finditer(text, 0, min(len(text), longest + 1))
            if longest * _ENOUGH <= len(text[: found.end()].rstrip()) <= longest
        ]
        if ends:
            return ends[-1]
    return max(_whole(text, longest), 1)


def _longest(text: str, limit: int) -> int:
    taken = 0
    for index, character in enumerate(text):
        taken += length(character)
        if taken > limit:
            return index
    return len(text)


def _whole(text: str, end: int) -> int:
    """The nearest place at or before `end` that does not cut a character as people see it."""
    place = end
    while 0 < place < len(text) and _joined(text[place - 1], text[place]):
        place -= 1
    return place or end


def _joined(before: str, after: str) -> bool:
    return (
        before == _ZERO_WIDTH_JOINER
        or after == _ZERO_WIDTH_JOINER
        or unicodedata.combining(after) != 0
        or unicodedata.category(after) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or "\U0001f1e6" <= before <= "\U0001f1ff" >= after >= "\U0001f1e6"  # flags, kept in runs
    )
