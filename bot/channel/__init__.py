"""What a channel must do for the bot, what it may ask of it, and how messages fit a channel."""

from bot.channel.degradation import degraded
from bot.channel.protocol import (
    Abilities,
    Author,
    Channel,
    Counter,
    Envelope,
    Failed,
    Fetched,
    Finding,
    Invitation,
    Item,
    Profile,
    Refusal,
    Sent,
    Supplies,
)

__all__ = [
    "Abilities",
    "Author",
    "Channel",
    "Counter",
    "Envelope",
    "Failed",
    "Fetched",
    "Finding",
    "Invitation",
    "Item",
    "Profile",
    "Refusal",
    "Sent",
    "Supplies",
    "degraded",
]
