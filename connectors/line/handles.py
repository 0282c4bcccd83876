"""The handle that travels with a message and lets its answer go out for free."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

REPLY_LIFE = timedelta(seconds=50)
"""A reply token lives one minute from its webhook; the rest is for the way there."""
OFFER_AFTER = timedelta(seconds=40)
"""An older token still does for the offer of an answer, but hardly for the answer itself."""
REDELIVERY_LIFE = timedelta(minutes=20) - timedelta(seconds=10)
"""In a redelivered webhook it also dies twenty minutes after the event."""


@dataclass(frozen=True)
class Handle:
    """A reply token and until when it is used (UTC), and the token that marks as read."""

    reply_token: str | None
    until: datetime
    read_token: str | None = None

    def dump(self) -> str:
        """As short text, for `Message.reply`."""
        until = round(self.until.timestamp() * 1000)
        return json.dumps([self.reply_token, until, self.read_token], separators=(",", ":"))

    @classmethod
    def load(cls, text: str | None) -> Handle | None:
        """What `dump` wrote; None for anything else."""
        try:
            reply_token, until, read_token = json.loads(text or "")
            return cls(reply_token, datetime.fromtimestamp(until / 1000, UTC), read_token)
        except (ValueError, TypeError, OverflowError):
            return None


def life_of(event: datetime, received: datetime, *, redelivered: bool) -> datetime:
    """Until when the reply token of an event that came in at `received` is used."""
    until = received + REPLY_LIFE
    return min(until, event + REDELIVERY_LIFE) if redelivered else until
