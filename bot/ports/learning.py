"""What the bot answered wrong, and what would have been right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Correction:
    """A wrong answer: what the customer had said, the bot's `answer`, and the `right` one.

    `at` is when it was corrected (business time), by whoever is called `agent` now.
    """

    item_id: str
    conversation_id: str
    at: datetime
    agent: str
    words: str
    answer: str
    right: str


class Learning(Protocol):
    """Answers that were corrected; each once, in the latest words."""

    async def correct(self, item_id: str, agent_id: str, right: str) -> tuple[str, str] | None:
        """Keep the right answer in place of one of the bot's.

        The ids of its conversation and customer; None when the bot said no such thing.
        """

    async def corrections(self, limit: int) -> Sequence[Correction]:
        """The latest of them, latest first."""
