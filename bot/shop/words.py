"""A customer's own words on their way into an address, where logs would keep them."""

from __future__ import annotations

import re

_PERSONAL = re.compile(r"\S+[@＠]\S+|[+＋]?\d[\d\-‐ー−()（） ]{4,}\d")


def impersonal(text: str) -> str:
    """The words without what says who wrote them: mail addresses and long numbers.

    They find nothing, and have no place in an address.
    """
    return _PERSONAL.sub(" ", text).strip()
