"""Links as QR pictures, which the widget draws itself: its host page may allow no other picture."""

from __future__ import annotations

from typing import Any

import segno

QUIET = 4
"""Modules of white around the code, by ISO/IEC 18004."""


def drawn(text: str) -> dict[str, Any]:
    """The picture as an SVG path of so many units each way."""
    matrix = segno.make(text, error="m", micro=False).matrix
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, dark in enumerate(row)
        if dark
    )
    return {"size": len(matrix) + 2 * QUIET, "path": path}
