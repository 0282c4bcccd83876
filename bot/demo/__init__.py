"""The demo: the whole product on embedded defaults, behind the pages of a small web shop."""

from bot.demo.opening import open_demo, unset_channels, web_shop, with_identity_key

__all__ = ["open_demo", "unset_channels", "web_shop", "with_identity_key"]
