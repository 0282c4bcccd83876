"""Settings: `config.yml` for what is no secret, `MADOGUCHI_*` for the rest."""

from bot.config.common import ROOT, ZONE
from bot.config.environment import EMBEDDED, Environment
from bot.config.file import BotConfig, Limits, Thresholds, WebChatConfig
from bot.config.settings import PREFIX, Settings, load, unknown

__all__ = [
    "EMBEDDED",
    "PREFIX",
    "ROOT",
    "ZONE",
    "BotConfig",
    "Environment",
    "Limits",
    "Settings",
    "Thresholds",
    "WebChatConfig",
    "load",
    "unknown",
]
