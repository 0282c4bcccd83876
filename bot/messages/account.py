"""Who wrote, as far as one channel knows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """One person on one channel: the channel's name and the person's id on it."""

    channel: str
    user: str
