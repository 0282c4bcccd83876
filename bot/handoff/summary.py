"""What staff should know at a glance, made from state. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.state import Conversation, Frame
from bot.handoff.desk import Case
from bot.shopfront.base import names_own_words

_ASIDE = frozenset({"talk_to_person", "prove_identity", "carry_over", "keep_media", "rate_service"})
"""Skills that are no request of the customer's."""


def asked(talk: Conversation, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the customer asked about, newest first: from the talk, else as it was when given away.

    A talk that failed is cleared, so that it does not fail again.
    """
    frames = [*reversed(talk.stack), *filter(None, (talk.finished, talk.shelved))]
    found = [_frame(frame) for frame in frames if frame.skill not in _ASIDE]
    if found:
        return found
    return [dict(frame) for frame in kept.get("frames", ()) if frame.get("skill") not in _ASIDE]


def _frame(frame: Frame) -> dict[str, Any]:
    # A button of ours the timeline shows in words.
    said = {name: told.text for name, told in frame.slots.items() if told.text}
    slots = {name: text for name, text in said.items() if not names_own_words(text)}
    return {"skill": frame.skill, "slots": slots}


def open_question(talk: Conversation) -> str | None:
    """What the bot has asked and not been answered: a slot, or consent to something."""
    if talk.asked is None:
        return None
    return talk.asked.slot or "consent"


def mood(case: Case, talk: Conversation, said: Sequence[str]) -> list[str]:
    """Signs of trouble: a complaint, words nobody understood, the same thing said again."""
    again = len(said) != len({" ".join(text.split()) for text in said})
    signs = {
        "complaint": case.reason == "complaint",
        "not_understood": talk.missed > 0 or case.reason == "not_understood",
        "said_again": again,
        "returned": case.taken_at is not None and case.state.value != "with_person",
    }
    return [name for name, there in signs.items() if there]
