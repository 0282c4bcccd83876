"""Keyboards as the Bot API takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulators.telegram.refusals import bad_request

BUTTONS = 100
IN_A_ROW = 8
DATA_BYTES = 64


def check_reply_markup(markup: Any) -> None:
    """Any of the four kinds. Raises `Refused`."""
    match markup:
        case {"inline_keyboard": _}:
            check_inline_keyboard(markup)
        case {"keyboard": rows, **options}:
            _only(
                options, "is_persistent resize_keyboard one_time_keyboard input_field_placeholder"
            )
            for button in _buttons(rows):
                _only(button, "text request_contact request_location")
        case {"remove_keyboard": True, **options}:
            _only(options, "selective")
        case {"force_reply": True, **options}:
            _only(options, "selective input_field_placeholder")
        case _:
            raise bad_request("object expected as reply markup")


def check_inline_keyboard(markup: Any) -> None:
    """Buttons under a message. Raises `Refused`."""
    if not isinstance(markup, dict) or markup.keys() != {"inline_keyboard"}:
        raise bad_request("object expected as reply markup")
    for button in _buttons(markup["inline_keyboard"]):
        _only(button, "text callback_data url")
        data, url = button.get("callback_data"), button.get("url")
        if (data is None) == (url is None):
            raise bad_request("Text buttons are unallowed in the inline keyboard")
        if data is not None and not (
            isinstance(data, str) and 1 <= len(data.encode()) <= DATA_BYTES
        ):
            raise bad_request("BUTTON_DATA_INVALID")
        if url is not None and not str(url).startswith(("http://", "https://", "tg://")):
            raise bad_request("BUTTON_URL_INVALID")


def asks_for_more(markup: Any) -> bool:
    """Does a keyboard ask for a contact or a location?"""
    rows = markup.get("keyboard", []) if isinstance(markup, dict) else []
    return any(b.get("request_contact") or b.get("request_location") for row in rows for b in row)


def _buttons(rows: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse keyboard: Array of Array of buttons expected")
    if sum(map(len, rows)) > BUTTONS or any(len(row) > IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            text = button.get("text") if isinstance(button, dict) else None
            if not isinstance(text, str) or not text.strip():
                raise bad_request("text buttons must have a text")
            yield button


def _only(given: Mapping[Any, Any], known: str) -> None:
    for name in given:
        if name not in known.split():
            raise bad_request(f"unknown field {name} in a keyboard")
