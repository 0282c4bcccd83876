"""All that channels share: what comes in (`inbound`) and what goes out (`outbound`)."""

from bot.messages import inbound, outbound
from bot.messages.account import Account

__all__ = ["Account", "inbound", "outbound"]
