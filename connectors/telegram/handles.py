"""The opaque `reply` handle: a tap that waits for its answer, or a message to be quoted."""

from __future__ import annotations

_CALLBACK, _MESSAGE = "callback:", "message:"


def callback_handle(query: str) -> str:
    """Answering means telling the platform that the tap was seen."""
    return _CALLBACK + query


def message_handle(number: int) -> str:
    """Answering means quoting this message: in a group, people talk across each other."""
    return f"{_MESSAGE}{number}"


def callback_of(reply: str | None) -> str | None:
    """The callback query this answers, if it answers one."""
    return reply.removeprefix(_CALLBACK) if reply and reply.startswith(_CALLBACK) else None


def quoted_by(reply: str | None) -> int | None:
    """The message this quotes, if it quotes one."""
    number = reply.removeprefix(_MESSAGE) if reply and reply.startswith(_MESSAGE) else ""
    return int(number) if number.isdigit() else None
