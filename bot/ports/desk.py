"""What waits for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.messages import Account


@dataclass(frozen=True)
class OpenRequest:
    """A request for a person that waits; `summary` is what was understood until then."""

    id: int
    reason: str
    since: datetime
    customer_id: str
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Undelivered:
    """An outgoing message that could not be sent, why, and since when (real time)."""

    key: str
    account: Account
    reason: str
    since: datetime


class Desk(Protocol):
    """What waits for a person."""

    async def open_requests(self) -> Sequence[OpenRequest]:
        """Those nobody has taken yet, longest waiting first."""

    async def undelivered(self) -> Sequence[Undelivered]:
        """Messages that can never be sent, oldest failure first."""
