"""Addresses that a platform is asked to fetch."""

from __future__ import annotations

import re

_PORTS = 65535
_HTTPS = re.compile(
    r"https://[\w.-]+(?::(\d{1,5}))?(?:[/?#](?:[\w.~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?",
    re.ASCII,
)


def is_https(url: str) -> bool:
    """Is this a whole address over https, spelt as RFC 3986 has it, for anybody to fetch?"""
    found = _HTTPS.fullmatch(url)
    return found is not None and int(found[1] or 0) <= _PORTS
