"""The telephones and mailboxes of the demo shop's members."""

from __future__ import annotations

import json
from pathlib import Path

from tests.browser.widget import until


class Codes:
    """One-time codes, as the demo delivers them into a file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "var" / "codes.jsonl"

    async def arrives(self, to: str) -> str:
        """The code that is sent to this number or address, as soon as it is there."""

        async def look() -> str | None:
            text = self._file.read_text("utf-8") if self._file.exists() else ""
            whole = text[: text.rfind("\n") + 1]  # the last line may be under way
            sent = [code for code in map(json.loads, whole.splitlines()) if to in code["to"]]
            return sent[-1]["code"] if sent else None

        async def nothing() -> str:
            return f"no code for {to}"

        return await until(look, nothing)
