"""Who wrote, as far as one channel knows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """One person on one channel: the channel's name and the person's id on it."""

    channel: str
    user: str


def timeline_topic(account: Account) -> str:
    """What the bell is rung for when an account's timeline has something new."""
    return f"{account.channel}:{account.user}"
