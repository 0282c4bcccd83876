"""The names customers may use, from whichever list the backend has."""

from __future__ import annotations

import httpx
import pytest

from bot.errors import Unavailable
from bot.ports import Lexicon, ProductName, StoreName
from bot.shop import Backend, ShopNames
from tests.shop.shop_stand_in import StandIn, page

LEXICON = "GET /catalogue/lexicon"
PRODUCT = {
    "id": "sora",
    "name": "ソラ",
    "name_kana": "ソラ",
    "aliases": ["SORA"],
    "translations": {"en": {"name": "Sora", "description": "Light."}},
    "category": "靴",
    "brand": None,
    "option_axes": [{"name": "サイズ", "role": "size", "values": ["26.5cm"]}],
}
STORE = {
    "id": "shibuya",
    "name": "渋谷店",
    "aliases": [],
    "translations": {"en": {"name": "Shibuya"}},
    "kind": "store",
    "prefecture": "東京都",
    "city": "渋谷区",
    "nearest_station": "渋谷駅",
}
SORA = ProductName(
    "sora", "ソラ", ("ソラ", "SORA", "Sora"), "靴", None, {"サイズ": ("26.5cm",)}, "Sora"
)
SHIBUYA = StoreName(
    "shibuya", "渋谷店", ("渋谷店", "Shibuya"), ("渋谷区", "東京都", "渋谷駅"), "Shibuya"
)


@pytest.fixture
def names(backend: Backend) -> ShopNames:
    return ShopNames(backend)


async def test_the_lexicon_is_fetched_once_and_only_its_changes_again(
    names: ShopNames, far: StandIn
) -> None:
    assert names.current() == Lexicon()
    told = {"products": [PRODUCT], "stores": [STORE, {**STORE, "id": "w", "kind": "warehouse"}]}
    far.tell(LEXICON, httpx.Response(200, json=told, headers={"etag": '"3"'}), httpx.Response(304))
    await names.refresh()
    first = names.current()
    assert first == Lexicon('"3"', (SORA,), (SHIBUYA,))
    await names.refresh()
    assert names.current() is first
    assert far.last(LEXICON).headers["if-none-match"] == '"3"'


async def test_a_backend_without_a_lexicon_is_read_page_by_page(
    names: ShopNames, far: StandIn
) -> None:
    address = {"prefecture": "東京都", "city": "渋谷区"}
    listed = {k: v for k, v in STORE.items() if k not in ("prefecture", "city")}
    other = {"id": "kaze", "name": "カゼ"}
    far.tell("GET /products", page(PRODUCT, cursor="2"), page(other))
    far.tell("GET /stores", page({**listed, "address": address}))
    await names.refresh()
    first = names.current()
    assert [product.id for product in first.products] == ["sora", "kaze"]
    assert first.stores == (SHIBUYA,)
    far.tell("GET /products", page(PRODUCT, other))
    await names.refresh()
    assert names.current() is first
    far.tell("GET /products", page(PRODUCT))
    await names.refresh()
    assert names.current().version != first.version


async def test_the_last_good_names_stay(names: ShopNames, far: StandIn) -> None:
    far.tell(LEXICON, {"products": [PRODUCT], "stores": [STORE]}, httpx.Response(200, json={}))
    await names.refresh()
    with pytest.raises(Unavailable):
        await names.refresh()
    assert names.current().products == (SORA,)
