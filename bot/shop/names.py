"""The lexicon: what the retailer's products and stores are called."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import Field

from bot.errors import Unavailable
from bot.ports import Lexicon, ProductName, StoreName
from bot.shop.catalogue import AxisWire
from bot.shop.client import Backend, Call, Params, path
from bot.shop.problems import Problem
from bot.shop.wire import Page, Several, Wire

LARGEST_BYTES = 64 * 1024 * 1024
PAGE = 100
MOST_PAGES = 1000
LANGUAGE = "ja"
PORT = "lexicon"
READ_SECONDS = 20.0
BUDGET = timedelta(seconds=60)
T = TypeVar("T")


class WordsWire(Wire):
    """What something is called in another language."""

    name: str | None = None


class NamedWire(Wire):
    id: str
    name: str
    name_kana: str | None = None
    aliases: Several[str] = ()
    translations: Mapping[str, WordsWire] = Field(default_factory=dict)

    def names(self) -> tuple[str, ...]:
        """Everything it may be called, each once, its own name first."""
        others = (words.name for words in self.translations.values())
        given = (self.name, self.name_kana, *self.aliases, *others)
        return tuple(dict.fromkeys(name for name in given if name))

    @property
    def name_en(self) -> str | None:
        """Its name in English."""
        words = self.translations.get("en")
        return words.name if words else None


class ProductWords(NamedWire):
    category: str | None = None
    brand: str | None = None
    option_axes: Several[AxisWire] = ()


class AddressWords(Wire):
    prefecture: str | None = None
    city: str | None = None


class StoreWords(NamedWire):
    kind: str = "store"
    prefecture: str | None = None
    city: str | None = None
    nearest_station: str | None = None
    address: AddressWords = Field(default_factory=AddressWords)


class LexiconWire(Wire):
    products: tuple[ProductWords, ...]
    stores: tuple[StoreWords, ...]


class ShopNames:
    """`bot.ports.Names` from the backend; keeps the last good lexicon."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lexicon = Lexicon()
        self._etag: str | None = None

    def current(self) -> Lexicon:
        """The names as last fetched."""
        return self._lexicon

    async def refresh(self) -> None:
        """Fetch again if it changed. Raises `Unavailable`; the last good names stay."""
        call = Call(
            PORT,
            "GET",
            path("catalogue", "lexicon"),
            language=LANGUAGE,
            etag=self._etag,
            largest=LARGEST_BYTES,
            read_seconds=READ_SECONDS,
        )
        try:
            answer = await self._backend.read(call, LexiconWire, self._deadline())
        except Problem as problem:
            if problem.slug not in ("not-found", "not-supported"):
                raise Unavailable(problem.slug) from None
            await self._from_lists()
            return
        if answer.value is not None:
            version = answer.etag or hashlib.sha256(answer.body).hexdigest()
            self._lexicon = _lexicon(version, answer.value.products, answer.value.stores)
            self._etag = answer.etag

    def _deadline(self) -> datetime:
        """Nobody waits for the names, so they may take their time."""
        return self._backend.clock.real() + BUDGET

    async def _from_lists(self) -> None:
        try:
            products = [each async for each in self._all("products", Page[ProductWords])]
            stores = [each async for each in self._all("stores", Page[StoreWords])]
        except Problem as problem:
            raise Unavailable(problem.slug) from None
        told = LexiconWire(products=tuple(products), stores=tuple(stores))
        version = hashlib.sha256(told.model_dump_json().encode()).hexdigest()
        if version != self._lexicon.version:
            self._lexicon = _lexicon(version, products, stores)

    async def _all(self, what: str, into: type[Page[T]]) -> AsyncIterator[T]:
        params: Params = (("limit", str(PAGE)),)
        for _ in range(MOST_PAGES):
            call = Call(PORT, "GET", path(what), params, language=LANGUAGE)
            page = (await self._backend.read(call, into, self._deadline())).value
            if page is None:
                raise Unavailable(f"{what}: an empty answer")
            for item in page.items:
                yield item
            if page.next_cursor is None:
                return
            params = (("limit", str(PAGE)), ("cursor", page.next_cursor))


def _lexicon(
    version: str, products: Iterable[ProductWords], stores: Iterable[StoreWords]
) -> Lexicon:
    return Lexicon(
        version=version,
        products=tuple(map(_product, products)),
        stores=tuple(_store(store) for store in stores if store.kind == "store"),
    )


def _product(told: ProductWords) -> ProductName:
    return ProductName(
        id=told.id,
        name=told.name,
        names=told.names(),
        category=told.category,
        brand=told.brand,
        axes={axis.name: axis.values for axis in told.option_axes},
        name_en=told.name_en,
    )


def _store(told: StoreWords) -> StoreName:
    where = (
        told.city or told.address.city,
        told.prefecture or told.address.prefecture,
        told.nearest_station,
    )
    return StoreName(
        id=told.id,
        name=told.name,
        names=told.names(),
        places=tuple(place for place in where if place),
        name_en=told.name_en,
    )
