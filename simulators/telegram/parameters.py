"""What each method may be given: names, types and limits (core.telegram.org/bots/api).

Stricter than Telegram, which passes over parameters it does not know: a name spelt wrong shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulators.telegram.keyboards import check_inline_keyboard, check_reply_markup
from simulators.telegram.refusals import bad_request

Given = Mapping[str, Any]
ACTIONS = frozenset(
    (
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    )
)


def length(text: str) -> int:
    """In UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def integer(low: int = -(1 << 52), high: int = 1 << 52) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
            raise bad_request("invalid integer")
        if not low <= int(value) <= high:
            raise bad_request("integer out of range")
        return int(value)

    return read


def number(limit: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        try:
            found = float(value)
        except (TypeError, ValueError):
            raise bad_request("invalid float") from None
        if not -limit <= found <= limit:
            raise bad_request("float out of range")
        return found

    return read


def boolean(value: Any) -> bool:
    if str(value).lower() not in ("true", "false", "1", "0"):
        raise bad_request("invalid boolean")
    return str(value).lower() in ("true", "1")


def string(low: int = 0, high: int = 4096, pattern: str = "") -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or (pattern and not re.fullmatch(pattern, value)):
            raise bad_request("invalid string")
        if length(value) < low:
            raise bad_request("message text is empty" if high == 4096 else "string is too short")
        if length(value) > high:
            raise bad_request("message is too long" if high == 4096 else "string is too long")
        return value

    return read


def chat(value: Any) -> str:
    """An id, or a name that a test gave a chat."""
    if isinstance(value, bool) or not str(value).strip():
        raise bad_request("chat_id is empty")
    return str(value)


def structure(check: Callable[[Any], None]) -> Callable[[Any], Any]:
    """Something nested: JSON in a string, unless the whole body is JSON."""

    def read(value: Any) -> Any:
        try:
            found = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        check(found)
        return found

    return read


def _names(value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise bad_request("expected an Array of String")


def _reply(value: Any) -> None:
    known = {"message_id": int, "allow_sending_without_reply": bool}
    if not isinstance(value, dict) or "message_id" not in value:
        raise bad_request("can't parse reply parameters")
    for name, given in value.items():
        if name not in known or not isinstance(given, known[name]):
            raise bad_request(f"can't parse reply parameters: {name}")


def _preview(value: Any) -> None:
    if not isinstance(value, dict) or not isinstance(value.get("is_disabled", False), bool):
        raise bad_request("can't parse link preview options")


def _commands(value: Any) -> None:
    if not isinstance(value, list) or len(value) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in value:
        if not isinstance(command, dict) or command.keys() != {"command", "description"}:
            raise bad_request("can't parse BotCommand")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command["command"])):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= length(str(command["description"])) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


@dataclass(frozen=True)
class Parameter:
    read: Callable[[Any], Any]
    required: bool = False


def needed(read: Callable[[Any], Any]) -> Parameter:
    return Parameter(read, required=True)


_LANGUAGE = Parameter(string(0, 2, r"([a-z]{2})?"))
_SENDING = {
    "chat_id": needed(chat),
    "message_thread_id": Parameter(integer(1)),
    "disable_notification": Parameter(boolean),
    "protect_content": Parameter(boolean),
    "reply_parameters": Parameter(structure(_reply)),
    "reply_markup": Parameter(structure(check_reply_markup)),
}
_CAPTION = Parameter(string(0, 1024))
METHODS: dict[str, dict[str, Parameter]] = {
    "getMe": {},
    "getUpdates": {
        "offset": Parameter(integer()),
        "limit": Parameter(integer(1, 100)),
        "timeout": Parameter(integer(0)),
        "allowed_updates": Parameter(structure(_names)),
    },
    "setWebhook": {
        "url": needed(string(0, 2048)),
        "max_connections": Parameter(integer(1, 100)),
        "allowed_updates": Parameter(structure(_names)),
        "drop_pending_updates": Parameter(boolean),
        "secret_token": Parameter(string(1, 256, r"[A-Za-z0-9_-]*")),
    },
    "deleteWebhook": {"drop_pending_updates": Parameter(boolean)},
    "getWebhookInfo": {},
    "sendMessage": {
        **_SENDING,
        "text": needed(string(1, 4096)),
        "link_preview_options": Parameter(structure(_preview)),
    },
    "sendPhoto": {**_SENDING, "photo": needed(string(1, 2048)), "caption": _CAPTION},
    "sendVenue": {
        **_SENDING,
        "latitude": needed(number(90)),
        "longitude": needed(number(180)),
        "title": needed(string(1, 1024)),
        "address": needed(string(1, 1024)),
    },
    "sendChatAction": {
        "chat_id": needed(chat),
        "message_thread_id": Parameter(integer(1)),
        "action": needed(string(1, 32)),
    },
    "answerCallbackQuery": {
        "callback_query_id": needed(string(1, 256)),
        "text": Parameter(string(0, 200)),
        "show_alert": Parameter(boolean),
        "url": Parameter(string(0, 2048)),
        "cache_time": Parameter(integer(0)),
    },
    "editMessageReplyMarkup": {
        "chat_id": needed(chat),
        "message_id": needed(integer(1)),
        "reply_markup": Parameter(structure(check_inline_keyboard)),
    },
    "setMyCommands": {"commands": needed(structure(_commands)), "language_code": _LANGUAGE},
    "getMyCommands": {"language_code": _LANGUAGE},
    "setMyDescription": {"description": Parameter(string(0, 512)), "language_code": _LANGUAGE},
    "setMyShortDescription": {
        "short_description": Parameter(string(0, 120)),
        "language_code": _LANGUAGE,
    },
    "getFile": {"file_id": needed(string(1, 256))},
    "getChat": {"chat_id": needed(chat)},
}
"""Every method there is here, by its name as the documentation spells it."""


def read_parameters(method: str, given: Given) -> dict[str, Any]:
    """What was given, checked. Raises `Refused`."""
    known = METHODS[method]
    for name in given:
        if name not in known:
            raise bad_request(f"unknown parameter {name}")
    found = {name: known[name].read(value) for name, value in given.items()}
    for name, parameter in known.items():
        if parameter.required and name not in found:
            wanted = "message text is empty" if name == "text" else f"{name} is required"
            raise bad_request(wanted)
    if found.get("action", "typing") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return found
