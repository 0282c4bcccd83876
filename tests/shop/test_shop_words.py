"""What customers write about themselves stands in no address."""

from __future__ import annotations

from bot.ports import Caller
from bot.shop import ShopDoor
from bot.shopfront.catalogue import ProductsMatching, StoresMatching
from tests.shop.shop_stand_in import StandIn, page


async def test_what_says_who_is_asking_stands_in_no_address(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell("GET /products", page())
    far.tell("GET /stores", page())
    await door.answer(ProductsMatching("ソラ ０９０－1234－5678 taro@example.com"), stranger)
    await door.answer(StoresMatching("渋谷 090-1234-5678 taro@example.com"), stranger)
    assert far.last("GET /products").url.params["q"] == "ソラ"
    assert far.last("GET /stores").url.params["q"] == "渋谷"
    assert await door.answer(StoresMatching("taro@example.com"), stranger) == ()
    assert await door.answer(ProductsMatching("09012345678"), stranger) == ()
    assert (far.times("GET /products"), far.times("GET /stores")) == (1, 1)
