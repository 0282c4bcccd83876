"""Web chat: the channel that lives in a shop's own pages."""

from bot.channel import Supplies
from connectors.webchat.assets import Look
from connectors.webchat.channel import WebChat
from connectors.webchat.limits import Limits, Rate
from connectors.webchat.sessions import InMemorySessions, Session, Sessions
from connectors.webchat.sessions_sql import SqlSessions

__all__ = [
    "InMemorySessions",
    "Limits",
    "Look",
    "Rate",
    "Session",
    "Sessions",
    "SqlSessions",
    "WebChat",
    "connect",
]


def connect(supplies: Supplies) -> WebChat | None:
    """The channel by the operator's settings; always on, since it needs no secret."""
    env, limits = supplies.settings.env, supplies.settings.bot.limits
    brand = supplies.settings.bot.brand
    key = env.webchat_identity_key
    own = (env.public_url,) if env.public_url else ()
    numbers = Limits(
        account=Rate(limits.account_per_minute, limits.account_per_minute / 60),
        address=Rate(limits.address_per_minute, limits.address_per_minute / 60),
        total=Rate(limits.global_per_second * 2, limits.global_per_second),
    )
    return WebChat(
        SqlSessions(supplies.database),
        now=supplies.now,
        origins=(*own, *env.webchat_origins),
        identity_key=key.get_secret_value() if key else None,
        limits=numbers if env.limits == "on" else None,
        page=supplies.settings.bot.channels.webchat.page,
        look=Look(
            name=supplies.brand,
            icon=brand.icon,
            accent=brand.accent,
            languages=supplies.settings.bot.languages,
        ),
    )
