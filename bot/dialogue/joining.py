"""Two talks of one person become one."""

from __future__ import annotations

from dataclasses import replace

from bot.customers.focus import Focus
from bot.dialogue.engine import PROOF
from bot.dialogue.state import Conversation


def joined(into: Conversation, other: Conversation) -> Conversation:
    """`into` with the frames of `other`, the latest touched on top, as many as one talk may have.

    Frame ids survive, so pending effects keep their idempotency keys. The question stays open only
    if the frame that asked it is still there.
    """
    frames = sorted((*into.stack, *other.stack), key=lambda frame: frame.touched)
    whole = replace(into, stack=tuple(frames)).bounded(PROOF)
    latest = other if whole.top in other.stack else into
    asked = latest.asked if latest.asked and whole.frame(latest.asked.frame) else None
    finished = max(
        (frame for frame in (into.finished, other.finished) if frame),
        key=lambda frame: frame.touched,
        default=None,
    )
    return replace(
        whole,
        serial=max(into.serial, other.serial),
        finished=finished,
        shelved=into.shelved or other.shelved,
        asked=asked,
        shown=latest.shown,
        current=latest.current,
        missed=0,
        dropped=into.dropped or other.dropped,
    )


def joined_focus(into: Focus, other: Focus) -> Focus:
    """What was last spoken of on either side, each by its age."""
    last = dict(into.last)
    for slot, spoken in other.last.items():
        if slot not in last or last[slot].at < spoken.at:
            last[slot] = spoken
    return Focus(last)
