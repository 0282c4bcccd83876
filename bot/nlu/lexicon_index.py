"""Finds the retailer's products and stores by whatever customers call them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.nlu.folding import fold, key
from bot.nlu.tokens import tokens
from bot.ports import Lexicon, ProductName, StoreName
from bot.shopfront.base import Option

MOST = 24
"""Options given for one phrase at most."""
ONLINE = "online"
"""The store id that stands for the web shop."""

_NEAR = 80.0
_SHORTEST_NEAR = 4
_SHOP_WORDS = re.compile(r"(?:の?(?:お店|店舗|ショップ|店)|\s*(?:store|shop|branch))$")
_STATION_WORDS = re.compile(r"(?:駅前?|[都道府県市区]|\s*(?:station|city))$")
_ONLINE_WORDS = frozenset(
    map(key, (
        "オンライン", "オンラインショップ", "オンラインストア", "通販", "ネット", "ネットショップ",
        "ネット通販", "ウェブ", "webショップ", "online", "online store", "online shop", "website",
    ))
)  # fmt: skip
_SIZE_AXES = ("size", "サイズ", "寸法", "大きさ", "容量", "capacity", "volume")
_COLOR_AXES = ("color", "colour", "カラー", "色", "いろ")


def slot_of_axis(axis: str) -> str:
    """The slot a catalogue's option axis fills."""
    plain = axis.strip().lower()
    if any(word in plain for word in _COLOR_AXES):
        return "color"
    if any(word in plain for word in _SIZE_AXES):
        return "size"
    return f"option.{axis}"


def first_number(words: str) -> float | None:
    """The first number in a size: 26.5 of "26.5cm"."""
    number = re.search(r"\d+(?:\.\d+)?", words)
    return float(number[0]) if number else None


def _words(phrase: str) -> list[str]:
    """The words that matter, folded, in the singular; particles are left out."""
    plain = [
        key(token.surface)
        for token in tokens(fold(phrase).text)
        if token.part[0] not in ("助詞", "助動詞", "補助記号", "空白", "mark")
    ]
    return [w.removesuffix("s") if w.isascii() and len(w) > 3 else w for w in plain if w]


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))[:MOST]


@dataclass(frozen=True)
class _Product:
    name: ProductName
    haystack: str


class LexiconIndex:
    """An index of one version of the lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._products = [_Product(p, _haystack(p)) for p in lexicon.products]
        self._product_ids = {p.id: p.name for p in lexicon.products}
        self._store_ids = {s.id: s.name for s in lexicon.stores}
        self._by_pair: dict[str, set[int]] = defaultdict(set)
        for at, product in enumerate(self._products):
            for pair in _pairs(product.haystack):
                self._by_pair[pair].add(at)
        self._names: dict[str, list[str]] = defaultdict(list)
        for name in lexicon.products:
            for spelling in _spellings(name):
                self._names[key(spelling)].append(name.id)
        self._near_keys = [k for k in self._names if len(k) >= _SHORTEST_NEAR]
        self._stores: dict[str, list[str]] = defaultdict(list)
        self._places: dict[str, list[str]] = defaultdict(list)
        for store in lexicon.stores:
            self._add_store(store)
        self.values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for name in lexicon.products:
            for axis, values in name.axes.items():
                for value in values:
                    known = self.values[slot_of_axis(axis)][key(value)]
                    if value not in known:
                        known.append(value)
        self.numbers = {
            number for known in self.values["size"].values() for value in known
            if (number := first_number(value)) is not None
        }  # fmt: skip
        self.phrases = self._phrases()

    def _add_store(self, store: StoreName) -> None:
        for spelling in (store.name, *store.names, *filter(None, [store.name_en])):
            self._stores[key(spelling)].append(store.id)
            self._stores[key(_SHOP_WORDS.sub("", fold(spelling).text))].append(store.id)
        for place in store.places:
            self._places[key(place)].append(store.id)
            self._places[key(_STATION_WORDS.sub("", fold(place).text))].append(store.id)

    def _phrases(self) -> dict[str, str]:
        """Folded phrases to be found in messages, with their entity.

        Bare numbers are left out: whether one is a size depends on what stands around it.
        """
        found = {
            k: slot for slot, values in self.values.items() for k in values
            if len(k) > 1 and not k.isdigit()
        }  # fmt: skip
        found.update((k, "product") for k in self._names if len(k) > 1)
        found.update((k, "store") for k in self._stores if len(k) > 1)
        found.update(dict.fromkeys(_ONLINE_WORDS, "store"))
        return found

    def stores(self, words: str) -> tuple[Option, ...]:
        """The stores these words may mean, by name, else by where they stand."""
        plain = fold(words).text.strip()
        folded, bare = key(plain), key(_SHOP_WORDS.sub("", plain))
        if folded in _ONLINE_WORDS or bare in _ONLINE_WORDS:
            return (Option(ONLINE, words),)
        ids = self._stores.get(folded) or self._stores.get(bare) or self._at_place(plain)
        if not ids and len(bare) >= _SHORTEST_NEAR:
            near = process.extractOne(bare, self._stores.keys(), scorer=fuzz.ratio,
                                      score_cutoff=_NEAR)  # fmt: skip
            ids = self._stores[near[0]] if near else []
        return tuple(Option(i, self._store_ids.get(i, i)) for i in _unique(ids))

    def _at_place(self, plain: str) -> list[str]:
        place = _SHOP_WORDS.sub("", plain)
        return self._places.get(key(place)) or self._places.get(
            key(_STATION_WORDS.sub("", place)), []
        )

    def products(self, words: str) -> tuple[Option, ...]:
        """The products these words may mean, best first; nothing for words nobody knows."""
        ids = self._names.get(key(words)) or self._named_with(_words(words)) or self._near(words)
        return tuple(Option(i, self._product_ids[i]) for i in _unique(ids))

    def _named_with(self, words: list[str]) -> list[str]:
        """Products whose name, nickname or category holds every word."""
        if not words or max(map(len, words)) < 2:
            return []
        at: set[int] | None = None
        for pair in (pair for word in words for pair in _pairs(word)):
            here = self._by_pair.get(pair, set())
            at = here if at is None else at & here
            if not at:
                return []
        held = [
            product for product in (self._products[i] for i in sorted(at or ()))
            if all(_holds(product.haystack, word) for word in words)
        ]  # fmt: skip
        told = sum(map(len, words))
        held.sort(key=lambda p: -told / max(1, len(key(p.name.name))))
        return [product.name.id for product in held]

    def _near(self, words: str) -> list[str]:
        """Products whose whole name is nearly this."""
        folded = key(words)
        if len(folded) < _SHORTEST_NEAR:
            return []
        near = process.extract(folded, self._near_keys, scorer=fuzz.ratio, score_cutoff=_NEAR,
                               limit=3)  # fmt: skip
        return [i for name, _, _ in near for i in self._names[name]]


def _spellings(product: ProductName) -> list[str]:
    return [product.name, *product.names, *filter(None, [product.name_en])]


def _haystack(product: ProductName) -> str:
    """All a product is called, folded, with bars before words that stand apart."""
    parts = [*_spellings(product), *filter(None, [product.category, product.brand])]
    return "".join(
        "|" + "|".join(key(word) for word in re.split(r"[\s・/]+", fold(part).text))
        for part in parts
    )


def _pairs(word: str) -> set[str]:
    return {word[at : at + 2] for at in range(len(word) - 1)}


def _holds(haystack: str, word: str) -> bool:
    return (f"|{word}" if word.isascii() else word) in haystack
