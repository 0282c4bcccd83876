"""The shop behind the counter: the unified backend over HTTP.

Building it::

    http = connect(url, token, transport)
    backend = Backend(http, clock)
    shop = open_shop(backend, secret)
    door = ShopDoor(shop)
    doors = {"shop": door, "faq": door, "identity": IdentityDoor(shop, customers)}
    names = ShopNames(backend)
"""

from bot.shop.asking import Shop, open_shop
from bot.shop.client import Backend, connect
from bot.shop.identity import IdentityDoor
from bot.shop.names import ShopNames
from bot.shop.rest import ShopDoor

__all__ = ["Backend", "IdentityDoor", "Shop", "ShopDoor", "ShopNames", "connect", "open_shop"]
