"""LINE: an Official Account, over the Messaging API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channel import Supplies
from bot.config import EMBEDDED, Environment

if TYPE_CHECKING:
    from connectors.line.channel import Line

__all__ = ["connect"]


def connect(supplies: Supplies) -> Line | None:
    """The channel by the operator's settings; off without its secret and access token."""
    env, config = supplies.settings.env, supplies.settings.bot
    if env.line_channel_secret is None or env.line_access_token is None:
        return None
    # Late: who has no LINE need not wait for what it takes.
    from connectors.line.api import Api
    from connectors.line.channel import Line

    api = Api(env.line_access_token.get_secret_value(), env.line_api_base, env.line_data_api_base)
    return Line(
        api,
        secret=env.line_channel_secret.get_secret_value(),
        database=supplies.database,
        now=supplies.now,
        name=supplies.brand,
        public_url=env.public_url,
        login_url=_login_url(env),
        push_budget=config.line.push_budget,
    )


def _login_url(env: Environment) -> str | None:
    """The operator's own page, else the reference backend's, which stands at our address."""
    if env.line_login_url or env.backend_url != EMBEDDED or not env.public_url:
        return env.line_login_url
    return f"{env.public_url.rstrip('/')}/login"
