"""The same everywhere: not understood, dropped, repeated, nothing was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue.heard import Told
from bot.dialogue.reading import make_button
from bot.dialogue.state import Button, Turn

MENU = ("check_stock", "order_status", "pickup_status", "points_balance")
"""What most customers come for: offered when we did not understand."""

LEADS_TO: Mapping[str, tuple[str, ...]] = {
    "order_number": ("order_status",),
    "product": ("check_stock", "product_info"),
    "store": ("store_info", "check_stock"),
    "place": ("nearest_store",),
}
"""What a detail that came without any request is most likely about."""


OPTIONS = frozenset({"size", "color"})


def intent_buttons(
    talk: str, intents: tuple[str, ...], slots: Mapping[str, Told] | None = None
) -> tuple[Button, ...]:
    """Buttons that each open one request."""
    return tuple(
        make_button(talk, "open", name=intent, slots=slots, key=f"offer.{intent}")
        for intent in intents
    )


def person_button(talk: str, why: str) -> tuple[Button, ...]:
    """A button that asks for a person; `why` is what staff are told as the reason."""
    return intent_buttons(talk, ("talk_to_person",), {"about": Told.of(why)})


def not_understood(turn: Turn) -> Turn:
    """First ask in other words, with likely choices; the second time, offer a person as well."""
    turn = replace(turn, missed=True)
    talk = turn.conversation
    likely = turn.heard.unsure[:4] or MENU
    if talk.missed:
        buttons = (*intent_buttons(talk.id, likely), *person_button(talk.id, "not_understood"))
        return replace(turn.say("manners.lost", *buttons), paused=True)
    if talk.asked and talk.frame(talk.asked.frame):
        return replace(turn.say("manners.rephrase_answer"), queue=(talk.asked.frame,))
    key = "manners.which" if turn.heard.unsure else "manners.rephrase"
    return replace(turn.say(key, *intent_buttons(talk.id, likely)), paused=True)


def about_what(slots: Mapping[str, Told]) -> tuple[str, ...]:
    """For details nobody waits for: what they are probably about."""
    details = OPTIONS & slots.keys() or any(name.startswith("option.") for name in slots)
    if "product" in slots and ("store" in slots or details):
        return ("check_stock",)
    return next((LEADS_TO[name] for name in LEADS_TO if name in slots), ())
