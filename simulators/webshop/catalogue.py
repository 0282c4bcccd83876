"""What the shop sells, by the backend's HTTP contract."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, Field, ValidationError

KEPT_SECONDS = 30.0
PAGE = 100
MOST_PRODUCTS = 500

M = TypeVar("M", bound=BaseModel)


class Money(BaseModel):
    """An amount in the currency's minor unit."""

    currency: str
    amount: int


class Axis(BaseModel):
    """What variants differ in; `role` is `size`, `color` or null."""

    name: str
    role: str | None
    choices: tuple[str, ...] = Field(alias="values")


class Variant(BaseModel):
    """One sellable piece; `list_price` is what it costs when it is not on sale."""

    price: Money
    list_price: Money | None = None


class Product(BaseModel):
    """A product; `variants`, `description` and `facts` only where one product was asked for."""

    id: str
    name: str
    category: str
    brand: str | None
    image_url: str | None
    price_from: Money
    price_to: Money
    option_axes: tuple[Axis, ...]
    status: str
    description: str | None = None
    facts: dict[str, Any] = {}
    variants: tuple[Variant, ...] = ()


class _Shop(BaseModel):
    name: str | None = None


class _Page(BaseModel):
    items: list[Product]
    next_cursor: str | None = None


class Closed(Exception):
    """The backend does not answer, or not by the contract."""


class Catalogue:
    """Reads products; the list is kept for half a minute, since every page shows it."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._kept: dict[str, tuple[float, Sequence[Product]]] = {}

    async def shop_name(self) -> str:
        """What the shop calls itself; empty where it does not say. Raises `Closed`."""
        return (await self._read(_Shop, "/v1/shop", "ja")).name or ""

    async def products(self, language: str) -> Sequence[Product]:
        """All that can be bought, in the shop's order, at most 500. Raises `Closed`."""
        kept_at, kept = self._kept.get(language, (-KEPT_SECONDS, ()))
        if time.monotonic() - kept_at < KEPT_SECONDS:
            return kept
        found: list[Product] = []
        wanted = {"limit": str(PAGE)}
        while len(found) < MOST_PRODUCTS:
            page = await self._read(_Page, "/v1/products", language, wanted)
            found += (each for each in page.items if each.status != "discontinued")
            if page.next_cursor is None:
                break
            wanted["cursor"] = page.next_cursor
        self._kept[language] = time.monotonic(), found
        return found

    async def product(self, product_id: str, language: str) -> Product | None:
        """All about one product; None where there is none. Raises `Closed`."""
        try:
            path = f"/v1/products/{quote(product_id, safe='')}"
            return await self._read(Product, path, language)
        except _Missing:
            return None

    async def _read(
        self, into: type[M], path: str, language: str, wanted: dict[str, str] | None = None
    ) -> M:
        try:
            answer = await self._http.get(
                path, params=wanted, headers={"Accept-Language": language}
            )
            if answer.status_code == httpx.codes.NOT_FOUND:
                raise _Missing
            return into.model_validate_json(answer.raise_for_status().content)
        except (httpx.HTTPError, ValidationError) as fault:
            raise Closed from fault


class _Missing(Exception):
    """There is no such thing."""
