"""Which page of the FAQ answers a question. Pure."""

from collections import Counter
from collections.abc import Sequence
from math import log

from backend.catalogue.folding import grams
from backend.catalogue.wording import canonical, topic
from backend.tables import FaqPage

# A word in the title says more than one somewhere in the text.
_IN_BODY = 0.55
_LEAST = 0.2


class FaqIndex:
    """The pages of one language, their n-grams weighted by how rare they are."""

    def __init__(self, pages: Sequence[FaqPage]) -> None:
        self.pages = pages
        self._titles = [grams(canonical(page.title)) for page in pages]
        self._bodies = [grams(canonical(page.body)) for page in pages]
        counts = Counter(
            gram
            for title, body in zip(self._titles, self._bodies, strict=True)
            for gram in title | body
        )
        self._rarity = {gram: log(1 + len(pages) / count) for gram, count in counts.items()}
        self._unseen = log(1 + max(len(pages), 1))

    def search(self, question: str) -> list[tuple[FaqPage, float]]:
        """The pages that fit, the best first, each with its share (0 to 1) of the question."""
        asked = grams(topic(question))
        whole = sum(self._weight(gram) for gram in asked)
        if not whole:
            return []
        scored = [
            (page, round(self._found(asked, title, body) / whole, 4))
            for page, title, body in zip(self.pages, self._titles, self._bodies, strict=True)
        ]
        fitting = [entry for entry in scored if entry[1] >= _LEAST]
        return sorted(fitting, key=lambda entry: (-entry[1], entry[0].slug))

    def _found(self, asked: set[str], title: set[str], body: set[str]) -> float:
        in_title = sum(self._weight(gram) for gram in asked & title)
        in_body = sum(self._weight(gram) for gram in (asked - title) & body)
        return in_title + _IN_BODY * in_body

    def _weight(self, gram: str) -> float:
        return self._rarity.get(gram, self._unseen)
