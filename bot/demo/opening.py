"""The demo: the whole product on embedded defaults, behind the pages of a small web shop, with
LINE and Telegram played on this machine unless the operator has set the real ones."""

from __future__ import annotations

import hmac
import importlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from bot.config import Environment, Settings
from bot.demo.staff import hire
from bot.demo.watching import Watch
from bot.main import House, login_pages, open_channels
from bot.serving import open_app

_IDENTITY = "the demo's web shop"
CHANNELS_PAGE = "/channels"


@asynccontextmanager
async def open_demo(settings: Settings, address: str) -> AsyncIterator[Any]:
    """The demo's HTTP app, to be reached at `address` (`scheme://host:port`)."""
    far_side = importlib.import_module("simulators.channels")
    async with far_side.open_platforms(address, unset_channels(settings)) as platforms:
        settings = with_platforms(with_identity_key(settings), address, platforms)
        settings = with_page(settings, f"{settings.env.public_url or address}/")

        def pages(house: House) -> Sequence[Any]:
            line = platforms["line"].base if "line" in platforms else None
            shop = web_shop(house, CHANNELS_PAGE if platforms else None)
            beside = far_side.routes(platforms, Watch(house)) if platforms else ()
            return [*login_pages(house, line), *shop, *beside]

        async with open_app(settings, pages=pages) as app:
            await _set_up(settings, platforms)
            await hire(settings)
            yield app


def unset_channels(settings: Settings) -> Sequence[str]:
    """The channels whose platform the operator has not set anything of."""
    env = settings.env
    line = env.line_channel_secret or env.line_access_token or env.line_api_base
    return [name for name, given in (("line", line), ("telegram", env.telegram_token)) if not given]


def with_platforms(settings: Settings, address: str, platforms: Mapping[str, Any]) -> Settings:
    """The settings with what an operator would set for these platforms."""
    given = settings.env.model_dump()
    for platform in platforms.values():
        given |= platform.simulated.settings
    env = Environment.model_validate({**given, "public_url": settings.env.public_url or address})
    return settings.model_copy(update={"env": env})


def with_page(settings: Settings, page: str) -> Settings:
    """The settings with the demo's own shop as the page that other channels lead to."""
    channels = settings.bot.channels
    if channels.webchat.page:
        return settings
    webchat = channels.webchat.model_copy(update={"page": page})
    own = channels.model_copy(update={"webchat": webchat})
    return settings.model_copy(update={"bot": settings.bot.model_copy(update={"channels": own})})


async def _set_up(settings: Settings, platforms: Mapping[str, Any]) -> None:
    """What `madoguchi channels setup` does, on the platforms that are played here."""
    async with open_channels(settings) as channels:
        for name in platforms:
            await channels[name].setup()


def with_identity_key(settings: Settings) -> Settings:
    """The settings with a key for the web shop's log-in, made from the secret where none is set."""
    if settings.env.webchat_identity_key is not None:
        return settings
    key = hmac.new(settings.secret().encode(), _IDENTITY.encode(), "sha256").hexdigest()
    env = settings.env.model_copy(update={"webchat_identity_key": SecretStr(key)})
    return settings.model_copy(update={"env": env})


def web_shop(house: House, channels_page: str | None = None) -> Sequence[Any]:
    """The web shop's routes. Loaded by name: it is no part of the counter, which stands on its
    pages as on any retailer's. `channels_page` shows it beside phones."""
    env = house.settings.env
    key = env.webchat_identity_key.get_secret_value() if env.webchat_identity_key else ""
    routes: Sequence[Any] = importlib.import_module("simulators.webshop").routes(
        house.backend,
        # With a public key others sign, and the shop cannot.
        identity_key=None if "-----BEGIN" in key else key or None,
        code_sink=env.code_sink,
        channels_page=channels_page,
    )
    return routes
