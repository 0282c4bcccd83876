"""The demo: the whole product on embedded defaults, behind the pages of a small web shop."""

from bot.demo.opening import open_demo, unset_channels, web_shop, with_identity_key
from bot.demo.staff import DemoAgent, staff

__all__ = [
    "DemoAgent",
    "open_demo",
    "staff",
    "unset_channels",
    "web_shop",
    "with_identity_key",
]
