"""What the Bot API says no with, in its own words (tdlib/telegram-bot-api, Client.cpp)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any


class Refused(Exception):
    """An answer that is not ok."""

    def __init__(
        self, status: int, description: str, parameters: Mapping[str, Any] | None = None
    ) -> None:
        self.status = status
        self.description = f"{HTTPStatus(status).phrase}: {description}"
        self.parameters = dict(parameters or {})
        super().__init__(self.description)

    def body(self) -> dict[str, Any]:
        """The answer as JSON."""
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        return {**answer, "parameters": self.parameters} if self.parameters else answer


def bad_request(description: str) -> Refused:
    return Refused(400, description)


def forbidden(description: str) -> Refused:
    return Refused(403, description)


def too_many(seconds: int | None) -> Refused:
    """The flood limit; without `seconds`, as a proxy in between says it."""
    if seconds is None:
        return Refused(429, "")
    return Refused(429, f"retry after {seconds}", {"retry_after": seconds})


def migrated(chat_id: int) -> Refused:
    """A group that has become a supergroup answers under another id."""
    description = "group chat was upgraded to a supergroup chat"
    return Refused(400, description, {"migrate_to_chat_id": chat_id})
