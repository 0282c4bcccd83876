"""Inbound messages, durable and each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.messages.inbound import Inbound


@dataclass(frozen=True)
class Letter:
    """An inbound message waiting in the mailbox; `attempts` counts failures so far."""

    id: int
    message: Inbound
    attempts: int = 0


@dataclass(frozen=True)
class Claim:
    """The right to answer one customer, until the lease runs out. `letters` are oldest first."""

    customer_id: str
    token: str
    letters: tuple[Letter, ...]


class Mailbox(Protocol):
    """Inbound messages, durable and each once.

    Letters belong to accounts; whose customer that is, is resolved when they are claimed.
    """

    async def put(self, messages: Sequence[Inbound]) -> int:
        """Store in one transaction; how many were new (channel and id decide).

        The customer's own texts, taps (by their buttons' words) and places enter the timeline
        with them, and an account nobody knew gets a customer. One that has migrated keeps its own,
        with all that waits.
        """

    async def claim(self, worker: str, *, lease_seconds: float) -> Claim | None:
        """The next customer with due letters that nobody else is answering."""

    async def renew(self, claim: Claim, *, lease_seconds: float) -> bool:
        """Keep the claim longer; False when it was lost."""

    async def release(self, claim: Claim) -> None:
        """Give the claim back."""

    async def hold(self, claim: Claim, letter: Letter, *, until: datetime) -> None:
        """Let a letter wait for the next one (real time); it is claimed with it, or when due."""

    async def failed(self, claim: Claim, letter: Letter, *, until: datetime) -> int:
        """Count a failed attempt and wait until then (real time); how many there were.

        Letters behind it wait too, so that none is answered out of turn.
        """

    async def forget_payloads(self, before: datetime) -> int:
        """Drop what letters done before then (real time) said; how many there were."""
