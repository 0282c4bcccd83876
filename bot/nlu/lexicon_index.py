"""Finds the retailer's products and stores by whatever customers call them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.nlu.folding import fold, key
from bot.nlu.tokens import Token, tokens
from bot.ports import Lexicon, ProductName, StoreName
from bot.shopfront.base import Option

MOST = 24
"""Options given for one phrase at most."""
ONLINE = "online"
"""The store id that stands for the web shop."""

_NEAR = 80.0
_SHORTEST_NEAR = 4
_YEAR_DIGITS = 4
_SHOP_WORDS = re.compile(r"(?:の?(?:お店|店舗|ショップ|店)|\s*(?:store|shop|branch))$")
_STATION_WORDS = re.compile(r"(?:駅前?|[都道府県市区]|\s*(?:station|city))$")
_ONLINE_WORDS = frozenset(
    map(key, (
        "オンライン", "オンラインショップ", "オンラインストア", "通販", "ネット", "ネットショップ",
        "ネット通販", "ウェブ", "webショップ", "online", "online store", "online shop", "website",
    ))
)  # fmt: skip
_KANJI_DIGITS = "〇一二三四五六七八九"
_KANJI_TENS = {"十": 10, "百": 100}
_KANJI_NUMBER = re.compile("[〇一二三四五六七八九十百]+")
_UNIT_NAMES = {
    "リットル": "l", "ミリリットル": "ml", "センチ": "cm", "せんち": "cm", "キロ": "kg",
    "グラム": "g", "ギガ": "gb", "テラ": "tb", "ワット": "w", "ボルト": "v", "帖": "畳",
}  # fmt: skip
_UNIT = re.compile(
    rf"(?<=[0-9.〇一二三四五六七八九十百])(?:{'|'.join(_UNIT_NAMES)}|[a-z]+|畳|号|インチ)"
)
_SIZE_AXES = (
    "size", "サイズ", "寸法", "大きさ", "容量", "capacity", "volume", "storage", "ストレージ",
)  # fmt: skip
"""As `bot.shop.catalogue` tells a product's axes."""
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
    """The first number in a size: 26.5 of "26.5cm", 180 of 「一八〇cm」, 45 of 「四十五センチ」."""
    number = re.search(r"\d+(?:\.\d+)?", words) or _KANJI_NUMBER.search(words)
    if number is None:
        return None
    return float(number[0]) if number[0].isascii() else float(_from_kanji(number[0]))


def _from_kanji(number: str) -> int:
    """A number up to 999, by places (四十五) or digit by digit (一八〇)."""
    if not set(number) & _KANJI_TENS.keys():
        return int("".join(str(_KANJI_DIGITS.index(digit)) for digit in number))
    total = digit = 0
    for sign in number:
        if sign in _KANJI_TENS:
            total, digit = total + (digit or 1) * _KANJI_TENS[sign], 0
        else:
            digit = _KANJI_DIGITS.index(sign)
    return total + digit


def same_size(one: str, other: str) -> bool:
    """Do both sizes have the same number, and units of which none is another one?"""
    number = first_number(one)
    if number is None or number != first_number(other):
        return False
    units = {_unit(words) for words in (one, other)} - {""}
    return len(units) < 2


def _unit(words: str) -> str:
    found = _UNIT.search(fold(words).text)
    return _UNIT_NAMES.get(found[0], found[0]) if found else ""


def _words(phrase: str) -> list[str]:
    """The words that matter, folded, in the singular; particles are left out."""
    plain = [
        key(token.surface)
        for token in tokens(fold(phrase).text)
        if token.part[0] not in ("助詞", "助動詞", "補助記号", "空白", "mark")
    ]
    return [w.removesuffix("s") if w.isascii() and len(w) > 3 else w for w in plain if w]


def _may_name(token: Token) -> bool:
    """Is this a word by which something may be called?"""
    if token.surface.isascii():
        return token.part[0] == "word" and len(token.surface) >= _SHORTEST_NEAR
    return token.part[0] == "名詞" and len(token.surface) > 1


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
        self.years = {
            value: slot for slot, known in self.values.items() for values in known.values()
            for value in values if value.isdigit() and len(value) == _YEAR_DIGITS
        }  # fmt: skip
        """Values such as a vintage, 2019, with the slots that they fill."""
        self.phrases = self._phrases()

    def _add_store(self, store: StoreName) -> None:
        for spelling in (store.name, *store.names, *filter(None, [store.name_en])):
            self._stores[key(spelling)].append(store.id)
            self._stores[key(_SHOP_WORDS.sub("", fold(spelling).text))].append(store.id)
        parts = (store.name_en or "").split()
        for place in (*store.places, *(part for part in parts if len(part) >= _SHORTEST_NEAR)):
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

    def mentioned(self, text: str) -> tuple[tuple[Option, ...], str]:
        """Products that folded text names by words of their names (柿渋の風呂敷 by 「風呂敷」), and
        these words."""
        nouns = [token.surface for token in tokens(text) if _may_name(token)]
        known = [noun for noun in nouns if self._named_with(_words(noun))]
        for words in (" ".join(known), *sorted(known, key=len, reverse=True)):
            if found := self.products(words):
                return found, words
        return (), ""

    def other_axes(self, words: str) -> dict[str, tuple[str, ...]]:
        """Slots besides size and colour that have a value of this number: 90cm is a width too."""
        found = {
            slot: tuple(v for known in values.values() for v in known if same_size(words, v))
            for slot, values in self.values.items() if slot not in ("size", "color")
        }  # fmt: skip
        return {slot: values for slot, values in found.items() if values}

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
