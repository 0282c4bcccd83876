"""Chats as people see them on their phones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from simulators.telegram.refusals import Refused, bad_request, forbidden, migrated

Kind = Literal["private", "group", "supergroup"]


@dataclass(frozen=True)
class Person:
    """Somebody with a phone; `language` is an IETF tag, `phone` in international form."""

    id: int
    name: str
    language: str
    phone: str

    def as_user(self) -> dict[str, Any]:
        """As the Bot API writes a `User`."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.name,
            "language_code": self.language,
        }


@dataclass
class Shown:
    """One message on the screen. `at` in Unix seconds; `markup` is the keyboard under it."""

    id: int
    author: Literal["bot", "customer"]
    at: int
    content: dict[str, Any]
    markup: dict[str, Any] | None = None
    sender: Person | None = None
    edited: bool = False


@dataclass
class Chat:
    """One chat with the bot. `started` and `barred` say whether the bot may write."""

    id: int | str
    kind: Kind
    title: str
    started: bool = False
    barred: str = ""
    migrated_to: int | None = None
    messages: list[Shown] = field(default_factory=list)
    typing_until: float = 0.0
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)

    def as_chat(self) -> dict[str, Any]:
        """As the Bot API writes a `Chat`."""
        name = "first_name" if self.kind == "private" else "title"
        return {"id": self.id, "type": self.kind, name: self.title}

    def admit(self) -> None:
        """May the bot write here? Raises `Refused`."""
        refusal: Refused | None = None
        if self.migrated_to is not None:
            refusal = migrated(self.migrated_to)
        elif self.barred:
            refusal = forbidden(self.barred)
        elif not self.started:
            refusal = forbidden("bot can't initiate conversation with a user")
        if refusal:
            raise refusal

    def find(self, message_id: int) -> Shown:
        """A message of this chat. Raises `Refused`."""
        for shown in self.messages:
            if shown.id == message_id:
                return shown
        raise bad_request("message not found")

    def button(self, message_id: int, data: str) -> Mapping[str, Any]:
        """A button under a message of the bot, by what it brings back. Raises `Refused`."""
        markup = self.find(message_id).markup or {}
        for row in markup.get("inline_keyboard", []):
            for button in row:
                if button.get("callback_data") == data:
                    found: Mapping[str, Any] = button
                    return found
        raise bad_request("no such button")
