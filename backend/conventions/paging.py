"""Keyset pagination: the opaque cursor holds the sort key of the last item seen."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from backend.conventions.problems import invalid

Key = tuple[str | int | float | None, ...]


def encode_cursor(key: Key) -> str:
    """Make a cursor of a sort key."""
    text = json.dumps(key, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *types: type) -> Key:
    """Read the sort key out of a cursor; its values must be of these types.

    Raises Problem (invalid-request) for anything this backend has not written.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise invalid("/cursor", "cursor") from None
    if not isinstance(key, list) or [type(value) for value in key] != list(types):
        raise invalid("/cursor", "cursor")
    return tuple(key)


@dataclass(frozen=True)
class PageRequest:
    """How many items are wanted, and after which."""

    limit: int
    cursor: str | None

    def after(self, *types: type) -> Key | None:
        """The sort key to go on from, or None at the start."""
        return None if self.cursor is None else decode_cursor(self.cursor, *types)


def _page_request(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=1024)] = None,
) -> PageRequest:
    return PageRequest(limit, cursor)


Paging = Annotated[PageRequest, Depends(_page_request)]
