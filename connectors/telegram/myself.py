"""Who we are on Telegram, and how our name looks in what people write."""

from __future__ import annotations

import re


class Myself:
    """The bot itself: `id` from its token, `username` once the platform has told it."""

    def __init__(self, token: str) -> None:
        head = token.partition(":")[0]
        self.id = int(head) if head.isascii() and head.isdigit() else None
        self.username: str | None = None

    @property
    def mention(self) -> re.Pattern[str]:
        """`@username`. Until it is known, any bot's name: they all end in "bot"."""
        name = re.escape(self.username) if self.username else r"[A-Za-z0-9_]{2,29}bot"
        return re.compile(rf"@{name}\b", re.IGNORECASE)

    def answers_to(self, name: str) -> bool:
        """Is this our name, without the @?"""
        return self.mention.fullmatch(f"@{name}") is not None
