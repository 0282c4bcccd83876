"""How the shop's data look on a page: words, prices, pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain, zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from babel.numbers import format_currency, get_currency_precision
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from simulators.webshop.catalogue import Axis, Money, Product
from simulators.webshop.pictures import BY_NAME, COLOURS, KINDS

HERE = Path(__file__).parent
LANGUAGES = ("ja", "en")
PICKS = 16
_OURS = re.compile(r"/shop/pictures/(?P<kind>[a-z0-9-]+)/[a-z]+\.svg")


class Pages:
    """The templates, with the words of each language."""

    def __init__(self) -> None:
        told = yaml.safe_load((HERE / "words.yml").read_text("utf-8"))
        # Not mappings: `words.copy` is a word of ours, no method.
        self._words = {language: SimpleNamespace(**words) for language, words in told.items()}
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(picture=picture, repainted=repainted, paint=paint)
        self._templates.tests["painted"] = is_painted

    def render(self, name: str, language: str, known: Mapping[str, Any]) -> str:
        """A page as HTML; everything in `known` is text and is escaped."""
        words = self._words[language]
        return self._templates.get_template(name).render(
            {
                "shop_name": "",
                "person": None,
                "can_log_in": False,
                "has_inbox": False,
                "channels_page": None,
                "lang": language,
                "words": words,
                "money": lambda amount: money(amount, language),
                "option": lambda axis, value: option(axis, value, language),
                **known,
            }
        )


def picks(products: Sequence[Product]) -> Sequence[Product]:
    """Some of everything: the first of each category, then the second of each."""
    by_category: dict[str, list[Product]] = {}
    for product in products:
        by_category.setdefault(product.category, []).append(product)
    columns = list(by_category.values())
    # Categories beside each other are alike, so every third of them comes first.
    mixed = [column for start in range(3) for column in columns[start::3]]
    turns = chain.from_iterable(zip_longest(*mixed))
    return [product for product in turns if product is not None][:PICKS]


def money(amount: Money, language: str) -> str:
    """A price as people write it."""
    value = Decimal(amount.amount).scaleb(-get_currency_precision(amount.currency))
    return format_currency(value, amount.currency, locale=language).replace("￥", "¥")


def option(axis: Axis, value: str, language: str) -> str:
    """What a value of an axis is called; colours we know by their English names too."""
    if axis.role == "color" and language == "en" and value in BY_NAME:
        return COLOURS[BY_NAME[value]].en
    return value


def picture(product: Product) -> str | None:
    """The address of a product's picture where it is our own: others are fetched from nowhere."""
    return product.image_url if _OURS.fullmatch(product.image_url or "") else None


def repainted(product: Product, value: str) -> str | None:
    """The product's picture in a colour by the shop's name for it."""
    found = _OURS.fullmatch(product.image_url or "")
    if found is None or found["kind"] not in KINDS or value not in BY_NAME:
        return None
    return f"/shop/pictures/{found['kind']}/{BY_NAME[value]}.svg"


def paint(value: str) -> str:
    """`#rrggbb` for the shop's name of a colour that `is_painted`."""
    return COLOURS[BY_NAME[value]].paint


def is_painted(value: str) -> bool:
    """Whether we know what a colour of this name looks like."""
    return value in BY_NAME
