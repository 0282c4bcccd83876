"""Search for products: n-grams find candidates, similarity ranks them.

The same on SQLite and PostgreSQL: the database only counts postings, all judgement is here.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.folding import fold, grams, joined
from backend.catalogue.options import color_family
from backend.catalogue.similarity import LEAST, holds, similarity
from backend.tables import SearchGram, SearchText, Variant

MOST_CANDIDATES = 300
_WORDS = 6
# What fits much worse than the best hit was not meant.
_NEAR_THE_BEST = 0.72
# What a match on a field is worth.
_WEIGHTS = {
    "name": 1.0,
    "name_kana": 0.99,
    "alias": 0.98,
    "translation": 0.98,
    "category": 0.85,
    "brand": 0.85,
    "option": 0.8,
}


@dataclass(frozen=True)
class Hit:
    """A product found, how well it fits (0 to 1) and by which field."""

    product_id: str
    score: float
    matched_on: str


async def search_products(session: AsyncSession, text: str) -> list[Hit]:
    """The products a text may mean, the best first; a JAN or SKU means its own product."""
    by_code = await _by_code(session, text.strip())
    if by_code:
        return by_code
    query = fold(text)
    candidates = await _candidates(session, query)
    texts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = await session.execute(
        select(SearchText.product_id, SearchText.field, SearchText.text).where(
            SearchText.product_id.in_(candidates)
        )
    )
    for product_id, field, known in rows:
        texts[product_id].append((field, known))
    hits = [_hit(query, product_id, known) for product_id, known in texts.items()]
    least = max(LEAST, _NEAR_THE_BEST * max((hit.score for hit in hits), default=0.0))
    fitting = (hit for hit in hits if hit.score >= least)
    return sorted(fitting, key=lambda hit: (-hit.score, hit.product_id))


async def _by_code(session: AsyncSession, code: str) -> list[Hit]:
    rows = await session.execute(
        select(Variant.product_id, Variant.jan).where(
            or_(Variant.jan == code, Variant.sku.in_({code, code.upper(), code.lower()}))
        )
    )
    found = {product_id: "jan" if jan == code else "sku" for product_id, jan in rows}
    return [Hit(product_id, 1.0, field) for product_id, field in sorted(found.items())]


async def _candidates(session: AsyncSession, query: str) -> list[str]:
    wanted = grams(query) | grams(joined(query))
    if not wanted:
        return []
    shared = func.count()
    by_grams = await session.scalars(
        select(SearchGram.product_id)
        .where(SearchGram.gram.in_(wanted))
        .group_by(SearchGram.product_id)
        .order_by(shared.desc(), SearchGram.product_id)
        .limit(MOST_CANDIDATES)
    )
    # A very common name must not drown the product that is called just so.
    same = await session.scalars(
        select(SearchText.product_id).where(SearchText.text == query).limit(MOST_CANDIDATES)
    )
    return list({*by_grams, *same})


def _hit(query: str, product_id: str, texts: list[tuple[str, str]]) -> Hit:
    score, field = _best(query, texts)
    words = query.split()[:_WORDS]
    if len(words) > 1:
        found = [_best(word, texts) for word in words]
        # Every word has to be found somewhere: 白 スニーカー is no white shirt.
        if all(each for each, _ in found):
            by_words = 0.98 * sum(each for each, _ in found) / len(found)
            score, field = max((score, field), (by_words, max(found)[1]))
    return Hit(product_id, round(score, 4), field)


def _best(query: str, texts: list[tuple[str, str]]) -> tuple[float, str]:
    return max((_WEIGHTS[field] * _fit(query, field, text), field) for field, text in texts)


def _fit(query: str, field: str, text: str) -> float:
    if field != "option":
        return similarity(query, text)
    # A query that only mentions a colour must not lead to everything of that colour.
    family = color_family(query)
    if family is not None and family == color_family(text):
        return 1.0
    return holds(query, text)
