"""Where the demo's one-time codes arrive: the file they are written to, read from its end."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

MOST_BYTES = 64 * 1024
MOST_CODES = 20
_FILE = re.compile(r"file:(?://)?(?P<path>.+)")


class Inbox:
    """The codes sent since this was made. `sink` is the setting `MADOGUCHI_CODE_SINK`."""

    def __init__(self, sink: str) -> None:
        found = _FILE.fullmatch(sink)
        self._path = Path(found["path"]) if found else None
        self._start = self._size()

    @property
    def is_open(self) -> bool:
        """Whether codes arrive here at all, and not by mail or through a gateway."""
        return self._path is not None

    def codes(self) -> list[dict[str, str]]:
        """The last codes, newest first: `kind` sms or email, `to` masked, `code`, `at`."""
        size = self._size()
        # Shorter than it was: written anew since, so that all of it is.
        start = self._start if size >= self._start else 0
        if self._path is None or size == start:
            return []
        with self._path.open("rb") as lines:
            lines.seek(max(start, size - MOST_BYTES))
            read = lines.read(MOST_BYTES).splitlines()
        codes = [code for line in read if (code := _code(line))]
        return codes[: -MOST_CODES - 1 : -1]

    def _size(self) -> int:
        try:
            return self._path.stat().st_size if self._path else 0
        except FileNotFoundError:
            return 0


def _code(line: bytes) -> dict[str, str] | None:
    """One line of the file; None for one that is not whole."""
    try:
        sent: dict[str, Any] = json.loads(line)
        return {
            "kind": str(sent["kind"]),
            "to": masked(str(sent["to"])),
            "code": str(sent["code"]),
            "at": str(sent["at"]),
        }
    except (ValueError, KeyError, TypeError):
        return None


def masked(to: str) -> str:
    """A telephone number by its last four digits, an address by the first letter of each part."""
    name, at, domain = to.partition("@")
    if at:
        return f"{name[:1]}•••@{domain[:1]}•••"
    return re.sub(r"\d(?=(?:\D*\d){4})", "•", to)
