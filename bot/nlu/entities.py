"""Details of a message: what an engine learned, the shop's names, word lists and patterns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.nlu.folding import key
from bot.nlu.lexicon_index import LexiconIndex
from bot.nlu.patterns import found
from bot.nlu.spans import Span
from bot.nlu.tokens import Token
from bot.nlu.wordlists import LONGEST, WordLists

_EXACT = frozenset({"email", "phone", "order_number", "member_number", "date", "time"})
"""Details whose shape says it all: their patterns win over everything else."""

_WHOLE = frozenset({"email"})
"""Details that the patterns find wherever they are: nothing else that looks like one is."""

_IS_A_PLACE = re.compile(r"駅|前|周辺|付近|辺り|あたり|近辺|の?(?:近く|そば)|\s*station")
_BEFORE_A_PLACE = re.compile(r"(?:near|around|close to|nearest to)\s+(?:the\s+)?$")
_SIZE_WORD = re.compile(r"size|サイズ")
_FEW_WORDS = 5
_COUNTING = re.compile(
    r"(?<=\d)\s*(?:ポイント|pt|points?\b|%|円|日|分|時|回|年|歳|才|番|人|名|階|件|倍)"
)
_BARE_NUMBER = re.compile(
    r"(?<![\w.#:/-])\d{2,3}(?:\.\d)?(?=\s*(?:$|[、。,!?のはがでもをか)]|\s[^\d:]))"
    r"|(?<![\d.#:/-])\d{1,2}\.5(?![\d.a-z%倍])"
)
"""A number as sizes are often written: with nothing after it that says what it counts."""

_YEAR = re.compile(r"(?<![\d.#:/a-z-])\d{4}(?![\d.%:/a-z-]|円|ポイント|番)")


class EntityFinder:
    """Joins what an engine learned with names, word lists and patterns."""

    def __init__(self, words: WordLists) -> None:
        self._words = words

    def find(
        self, text: str, tokens: Sequence[Token], index: LexiconIndex, learned: Sequence[Span]
    ) -> list[Span]:
        """Details of folded text, in order, none over another; `learned` are the engine's."""
        exact: list[Span] = []
        loose: list[Span] = []
        for span in found(text):
            (exact if span.entity in _EXACT else loose).append(span)
        names = (replace(span, own=True) for span in _phrases(tokens, index.phrases))
        named = [*names, *_bare_sizes(text, index.numbers), *_years(text, index.years)]
        listed = [
            span for span in _phrases(tokens, self._words.phrases)
            if span.entity != "size" or _says_size(text, tokens, span)
        ]  # fmt: skip
        sound = [
            span for span in learned
            if span.entity not in _WHOLE and not _mixes(span, named, listed)
            and not _counts(text, span)
        ]  # fmt: skip
        by_length = sorted(
            (*named, *loose, *sound, *listed), key=lambda span: span.start - span.end
        )
        kept: list[Span] = []
        for span in (*exact, *by_length):
            if all(span.end <= other.start or other.end <= span.start for other in kept):
                kept.append(span)
        kept.sort(key=lambda span: span.start)
        return [_in_role(_placed(text, span), learned) for span in kept]


def _phrases(tokens: Sequence[Token], phrases: Mapping[str, str]) -> Iterator[Span]:
    """Known phrases that begin and end with a word."""
    keys = [key(token.surface) for token in tokens]
    for first in range(len(tokens)):
        phrase = ""
        for last in range(first, min(first + LONGEST, len(tokens))):
            phrase += keys[last]
            if keys[last] and keys[first] and (entity := phrases.get(phrase)):
                yield Span(entity, tokens[first].start, tokens[last].end)


def _bare_sizes(text: str, numbers: Collection[float]) -> Iterator[Span]:
    """Numbers that are sizes in the catalogue: 「ソラ 26.5 ブラック」."""
    for match in _BARE_NUMBER.finditer(text):
        if float(match[0]) in numbers:
            yield Span("size", match.start(), match.end())


def _years(text: str, years: Mapping[str, str]) -> Iterator[Span]:
    """Years that are values in the catalogue: 「2019のピノ」."""
    for match in _YEAR.finditer(text):
        if slot := years.get(match[0]):
            yield Span(slot, match.start(), match.end())


def _mixes(span: Span, named: Sequence[Span], listed: Sequence[Span]) -> bool:
    """Does what was learned take two of the retailer's own words for one: 「ソラ ブラック」?"""

    inside = [s for s in (*named, *listed) if span.start <= s.start and s.end <= span.end]
    own = {s.entity for s in inside if s in named}
    if span.entity == "product":
        whole = any(s.start == span.start and s.end == span.end for s in inside)
        return "product" in own and not whole and len({s.entity for s in inside}) > 1
    return bool(own - {span.entity})


def _counts(text: str, span: Span) -> bool:
    """Is this "size" a number of something else: 「26ポイント」?"""
    if span.entity != "size":
        return False
    inside = _COUNTING.search(text, span.start, span.end)
    return bool(_COUNTING.match(text, span.end) or (inside and inside.end() == span.end))


def _says_size(text: str, tokens: Sequence[Token], span: Span) -> bool:
    """Is "free" or "large" a size here, rather than just a word?"""
    near = text[max(0, span.start - 6) : span.end + 6]
    return len(tokens) <= _FEW_WORDS or not text.isascii() or bool(_SIZE_WORD.search(near))


def _placed(text: str, span: Span) -> Span:
    """A shop's name with its 店; a place, where the words around it say so."""
    if span.entity != "store":
        return span
    if text[span.end : span.end + 1] == "店":
        return replace(span, end=span.end + 1)
    if text[span.end - 1] != "店" and (
        (after := _IS_A_PLACE.match(text, span.end)) or _BEFORE_A_PLACE.search(text[: span.start])
    ):
        station = after is not None and after[0].strip() in ("駅", "station")
        return Span("place", span.start, after.end() if after and station else span.end)
    return span


def _in_role(span: Span, learned: Sequence[Span]) -> Span:
    """The detail in the role that the engine gave these words, whoever found it first."""
    for other in learned:
        same = other.entity == span.entity and other.start < span.end and span.start < other.end
        if same and other.role:
            return replace(span, role=other.role)
    return span


_NOT_AFTER = re.compile(
    r"(?:店|サイズ|色)?\s*(?:じゃ|では|で|や|ちゃう)(?:なく|なし|ない)|\s*じゃなくて|\s*ちゃうて"
)
_NOT_BEFORE = re.compile(r"(?:\bnot|instead of|rather than)\s+(?:the|in|at|a|size)?\s*$")


def corrected(text: str, spans: Sequence[Span]) -> list[Span]:
    """Without what the customer takes back: 「渋谷じゃなくて梅田」, "from Shibuya to Umeda"."""

    def taken_back(span: Span) -> bool:
        another = any(o is not span and o.entity == span.entity for o in spans)
        return another and bool(
            span.role == "from"
            or _NOT_AFTER.match(text, span.end)
            or _NOT_BEFORE.search(text[: span.start])
        )

    return [span for span in spans if not taken_back(span)]
