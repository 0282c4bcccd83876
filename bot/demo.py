"""The demo: the whole product on embedded defaults, behind the pages of a small web shop."""

from __future__ import annotations

import hmac
import importlib
from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr

from bot.config import Settings
from bot.main import House

_IDENTITY = "the demo's web shop"


def with_identity_key(settings: Settings) -> Settings:
    """The settings with a key for the web shop's log-in, made from the secret where none is set."""
    if settings.env.webchat_identity_key is not None:
        return settings
    key = hmac.new(settings.secret().encode(), _IDENTITY.encode(), "sha256").hexdigest()
    env = settings.env.model_copy(update={"webchat_identity_key": SecretStr(key)})
    return settings.model_copy(update={"env": env})


def web_shop(house: House) -> Sequence[Any]:
    """The web shop's routes. Loaded by name: it is no part of the counter, which stands on its
    pages as on any retailer's."""
    env = house.settings.env
    key = env.webchat_identity_key.get_secret_value() if env.webchat_identity_key else ""
    routes: Sequence[Any] = importlib.import_module("simulators.webshop").routes(
        house.backend,
        # With a public key others sign, and the shop cannot.
        identity_key=None if "-----BEGIN" in key else key or None,
        code_sink=env.code_sink,
    )
    return routes
