"""What of a product goes into the search index. Pure."""

from collections.abc import Iterator
from typing import Any

from backend.catalogue.folding import fold, grams
from backend.importing.records import ProductRecord

Row = dict[str, Any]


def index_rows(product: ProductRecord) -> tuple[list[Row], list[Row]]:
    """The product's rows of `search_texts` and of `search_grams`."""
    texts = sorted({(field, fold(text)) for field, text in _texts(product)})
    texts = [(field, text) for field, text in texts if text]
    found = {gram for _, text in texts for gram in grams(text)}
    return (
        [{"product_id": product.id, "field": field, "text": text} for field, text in texts],
        [{"product_id": product.id, "gram": gram} for gram in sorted(found)],
    )


def _texts(product: ProductRecord) -> Iterator[tuple[str, str]]:
    yield "name", product.name
    yield "category", product.category
    if product.name_kana:
        yield "name_kana", product.name_kana
    if product.brand:
        yield "brand", product.brand
    for alias in product.aliases:
        yield "alias", alias
    for words in product.translations.values():
        yield "translation", words.name
    for variant in product.variants:
        for value in variant.options.values():
            yield "option", value
