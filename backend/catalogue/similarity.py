"""How well a folded query fits a folded text, near misses included. Pure."""

from functools import lru_cache

from rapidfuzz import fuzz

from backend.catalogue.folding import joined

LEAST = 0.6
"""A query that fits worse than this does not mean the text."""
_SHORT = 2
# One letter astray in part of a text often makes another word: ソックス, ボックス.
_PART = 0.88


@lru_cache(maxsize=32_768)
def similarity(query: str, text: str) -> float:
    """1 for the same text, above 0.8 when one holds the other, less for a near miss, else 0."""
    query, text = joined(query), joined(text)
    if not query or not text:
        return 0.0
    if query == text:
        return 1.0
    shorter, longer = sorted((query, text), key=len)
    share = len(shorter) / len(longer)
    if query in text:
        return (0.86 if text.startswith(query) else 0.82) + 0.12 * share
    if text in query and len(text) > 1:
        return 0.6 + 0.35 * share
    return _near_miss(query, text, share)


def _near_miss(query: str, text: str, share: float) -> float:
    if len(query) <= _SHORT:
        return 0.0
    whole = fuzz.ratio(query, text, score_cutoff=100 * LEAST) / 100
    # Part of a longer text, misspelt: スニカー in ランニングスニーカー.
    part = 0.0
    if len(query) < len(text):
        part = fuzz.partial_ratio(query, text, score_cutoff=100 * _PART) / 100
    best = max(0.9 * whole, (0.75 + 0.1 * share) * part)
    return best if best >= LEAST else 0.0


def holds(query: str, text: str) -> float:
    """Like `similarity`, but only for a text that holds the query as it is."""
    return similarity(query, text) if joined(query) in joined(text) else 0.0
