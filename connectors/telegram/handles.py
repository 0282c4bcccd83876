"""The opaque `reply` handle: a tap that waits for its answer, or a message to be quoted."""

from __future__ import annotations

_CALLBACK, _MESSAGE = "callback:", "message:"


def callback_handle(query: str) -> str:
    """Answering means telling the platform that the tap was seen."""
    return _CALLBACK + query


def message_handle(chat: str, number: int) -> str:
    """Answering means quoting this message: in a group, people talk across each other."""
    return f"{_MESSAGE}{chat}:{number}"


def callback_of(reply: str | None) -> str | None:
    """The callback query this answers, if it answers one."""
    return reply.removeprefix(_CALLBACK) if reply and reply.startswith(_CALLBACK) else None


def quoted_by(reply: str | None, chat: str) -> int | None:
    """The message of this chat this quotes, if it quotes one: each chat has numbers of its own."""
    number = (reply or "").removeprefix(f"{_MESSAGE}{chat}:")
    return int(number) if number.isdecimal() and number.isascii() else None
