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
        later=into.later or other.later,
    )


def parted(talk: Conversation, alone: Conversation) -> tuple[Conversation, Conversation]:
    """`talk` without the account that leaves it, and `alone`, the talk that account has then.

    The consent just asked for goes along, so that what comes of it is told where it was given;
    nothing else that was told, done or asked does.
    """
    asked = talk.asked
    frame = talk.frame(asked.frame) if asked and asked.effect else None
    if frame is None:
        return talk, alone
    its = tuple(button for button in talk.shown if button.frame == frame.id)
    others = tuple(button for button in talk.shown if button.frame != frame.id)
    left = replace(talk.without(frame.id), shown=others, current=0)
    gone = replace(frame, outcomes={})
    return left, replace(alone, stack=(gone,), asked=asked, shown=its, current=len(its))


def joined_focus(into: Focus, other: Focus) -> Focus:
    """What was last spoken of on either side, each by its age."""
    last = dict(into.last)
    for slot, spoken in other.last.items():
        if slot not in last or last[slot].at < spoken.at:
            last[slot] = spoken
    return Focus(last)
