"""Who is muted is not answered: what they write is kept and shown to staff. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.heard import Heard
from bot.ports import Sheet

_KEPT = frozenset({"keep_media"})
"""What is done all the same, without a word: staff see what was sent."""


def heeded(sheet: Sheet, heard: Heard | None) -> Heard | None:
    """What is left to do with what was heard; None where that is nothing.

    What had been agreed to before a crash is seen through.
    """
    if heard is None or not sheet.muted or sheet.pending:
        return heard
    kept = tuple(request for request in heard.requests if request.intent in _KEPT)
    if not kept:
        return None
    return replace(Heard(requests=kept), channel=heard.channel, asks=heard.asks)
