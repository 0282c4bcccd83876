"""Buttons under a message, laid out as a phone has room for them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.messages.outbound import Choice

Markup: TypeAlias = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove
ABREAST = 8
ROW_COLUMNS = 36
PADDING = 2
"""Widths in columns of a narrow phone, where a full-width character takes two."""


def keyboard(
    choices: Sequence[Choice],
) -> Markup:
    """The buttons in rows: short labels side by side, long ones each in a row of its own.

    Only the keyboard people write on can ask for their contact or location. The other buttons of
    such a message write their label, which the bot knows as well as its tap. A message without
    buttons takes that keyboard away again.
    """
    if not choices:
        return ReplyKeyboardRemove()
    if any(choice.asks for choice in choices):
        rows = [[_asking(choice)] for choice in choices]
        return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)
    widest = max(_columns(choice.label) for choice in choices) + PADDING
    abreast = min(max(ROW_COLUMNS // widest, 1), ABREAST)
    buttons = [InlineKeyboardButton(c.label, callback_data=c.tap) for c in choices]
    return InlineKeyboardMarkup(
        [buttons[first : first + abreast] for first in range(0, len(buttons), abreast)]
    )


def _asking(choice: Choice) -> KeyboardButton:
    asked = choice.asks
    return KeyboardButton(
        choice.label,
        request_contact=asked == "contact" or None,
        request_location=asked == "location" or None,
    )


def _columns(label: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in label)
