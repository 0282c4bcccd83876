"""Telegram: a bot that customers write to, by webhook or long polling."""

import hmac

from bot.channel import Supplies
from bot.config import Settings
from connectors.telegram.channel import Telegram, TelegramSettings

__all__ = ["Telegram", "TelegramSettings", "connect"]


def connect(supplies: Supplies) -> Telegram | None:
    """The channel by the operator's settings; off without a token."""
    env = supplies.settings.env
    if env.telegram_token is None:
        return None
    given = env.telegram_secret
    settings = TelegramSettings(
        token=env.telegram_token.get_secret_value(),
        secret=given.get_secret_value() if given else _secret(supplies.settings),
        base=env.telegram_api_base,
        address=f"{env.public_url.rstrip('/')}/webhooks/telegram" if env.public_url else None,
        polling=env.telegram_mode == "polling",
        languages=supplies.settings.bot.languages,
        paced=env.limits == "on",
    )
    return Telegram(settings, database=supplies.database, now=supplies.now)


def _secret(settings: Settings) -> str:
    """One of our own, the same on every machine that has the counter's secret key."""
    return hmac.digest(settings.secret().encode(), b"telegram webhook", "sha256").hex()
