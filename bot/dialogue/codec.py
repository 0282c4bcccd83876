"""Conversation, effects and focus as versioned JSON, and back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bot.customers.focus import Focus, Mentioned
from bot.dialogue.heard import Told
from bot.dialogue.state import Act, Asked, Button, Conversation, Frame, Outcome
from bot.dialogue.values import Reader, Unreadable, plain
from bot.shopfront import catalogue, channels, house, media, membership, orders
from bot.shopfront.base import Effect, Fact

VERSION = 1
# Imported so that their facts are known.
_FACT_MODULES = (catalogue, channels, house, media, membership, orders)

_reader = Reader(
    Act, Asked, Button, Conversation, Focus, Frame, Mentioned, Outcome, Told, bases=(Fact, Effect)
)


def dumps(value: object) -> str:
    """Any value the dialogue keeps, as JSON."""
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> Any:
    """What `dumps` wrote. Raises `Unreadable` for what this version does not know."""
    try:
        return _reader.read(json.loads(text))
    except json.JSONDecodeError as fault:
        raise Unreadable("not JSON") from fault


def encode(conversation: Conversation) -> str:
    """A conversation with its version."""
    return json.dumps(
        {"version": VERSION, "conversation": plain(conversation)},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def decode(text: str, conversation_id: str) -> Conversation:
    """A stored conversation. What cannot be read is left out and `dropped` is set: never raises."""
    try:
        document = json.loads(text)
        if document["version"] != VERSION:
            return Conversation(conversation_id, dropped=True)
        return _read_leniently(document["conversation"], conversation_id)
    except (Unreadable, ValueError, KeyError, TypeError, AttributeError):
        return Conversation(conversation_id, dropped=True)


def _read_leniently(data: dict[str, Any], conversation_id: str) -> Conversation:
    """Part by part: one frame that cannot be read does not take the others with it."""
    stack = [_or_none(frame) for frame in data["stack"]]
    whole = Conversation(conversation_id, serial=int(data["serial"]))
    kept = tuple(frame for frame in stack if isinstance(frame, Frame))
    asked = _or_none(data["asked"])
    if asked is not None and all(frame.id != asked.frame for frame in kept):
        asked = None
    shown = _or_none(data["shown"])
    return replace(
        whole,
        stack=kept,
        finished=_or_none(data["finished"]),
        shelved=_or_none(data["shelved"]),
        asked=asked,
        shown=shown or (),
        current=int(data["current"]) if shown else 0,
        missed=int(data["missed"]),
        dropped=bool(data["dropped"]) or len(kept) < len(stack),
        later=str(data.get("later", "")),
    )


def _or_none(data: Any) -> Any:
    try:
        return _reader.read(data)
    except Unreadable:
        return None
