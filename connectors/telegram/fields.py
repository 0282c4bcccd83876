"""Fields of JSON that somebody else wrote: what is not of the expected type is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]
ID_BITS = 63
LONGEST = 4096
"""Telegram's own limit of a text, in characters."""


def mapping(value: object) -> Fields:
    """This as an object; an empty one when it is something else."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str | None:
    """This as a text that says something, no longer than any can be."""
    return value[:LONGEST] if isinstance(value, str) and value else None


def integer(value: object) -> int | None:
    """This as a whole number of at most 63 bits; `True` is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if abs(value) < 1 << ID_BITS else None


def degrees(value: object, limit: float) -> float | None:
    """This as an angle between `-limit` and `limit`."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if -limit <= value <= limit else None
