"""A message without what belongs to one person: numbers, addresses of mail, names of people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.reading import Reading
from bot.nlu.tokens import tokens

PERSONAL = frozenset(
    {"name_kana", "proof", "guest_proof", "member_number", "order_number", "phone", "email", "code"}
)
"""Slots whose answers are personal as a whole."""

_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_NUMBER = re.compile(r"\d(?:[-\s./()#]{0,2}\d){3,}")
"""Four digits and more: phones, cards, orders, codes, post codes; sizes and prices may go too."""
_ENGLISH_NAME = re.compile(
    r"(?:\bmy name(?:'s| is)|\bi am|\bi'm|\bthis is|\bname:)\s+(?P<name>[a-z'-]+(?:\s+[a-z'-]+)?)"
)
_PERSON = "人名"
_LETTER = re.compile(r"\w")


def masked(reading: Reading) -> str:
    """The folded text, character for character, what is personal replaced: `0`, `x`, 「〇」."""
    text = reading.folded.text
    for start, end in _names(reading):
        text = text[:start] + ("x" if text[start].isascii() else "〇") * (end - start) + text[end:]
    text = _MAIL.sub(lambda m: _LETTER.sub("x", m[0]), text)
    return _NUMBER.sub(lambda m: re.sub(r"\d", "0", m[0]), text)


def _names(reading: Reading) -> Iterator[tuple[int, int]]:
    """Where people are named; the shop's own names are no people."""
    text = reading.folded.text
    own = [(span.start, span.end) for span in reading.spans if span.own]
    found = [(t.start, t.end) for t in tokens(text) if t.part[2] == _PERSON]
    found += [m.span("name") for m in _ENGLISH_NAME.finditer(text)]
    for start, end in found:
        if not any(first < end and start < last for first, last in own):
            yield start, end
