"""Every line about people: asking for one, waiting, being called, and what staff are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from zoneinfo import ZoneInfo

from bot.dialogue.wording import Wording
from bot.shopfront.base import Option
from bot.shopfront.desk import Outlook
from bot.shopfront.house import DeskHours
from bot.skills.staffed import INTENTS
from tests.support.facts import LATER, REASONS, Facts, Params

HOURS = (None, DeskHours(True), DeskHours(False, LATER), DeskHours(False))
"""None set, open, closed until then, closed for nobody knows how long."""
ANY_TIME = Option("@choice.any_time", "@choice.any_time")


def lines_of_staff(f: Facts) -> Iterator[tuple[str, Params]]:
    """Every line about people, with queues of many kinds."""
    for state, hours in product(("bot", "waiting", "deferred"), HOURS):
        there = Outlook(state, 2, present=True, hours=hours)
        yield "person.in_queue", {"outlook": there}
        yield "person.in_queue", {"outlook": Outlook(state, 12, 5, 10, present=True)}
        yield "person.nobody_there", {"outlook": Outlook(state, hours=hours)}
        if hours is not None and not hours.open_now:
            yield "person.closed", {"outlook": Outlook(state, hours=hours)}
        nowhere = Outlook(state, reachable=False, hours=hours)
        yield "person.where_to_answer", {"outlook": nowhere}
        for where in ("phone", "email"):
            elsewhere = Outlook(state, hours=hours, elsewhere=where)
            yield "person.answer_elsewhere", {"outlook": elsewhere}
    for intent in INTENTS:
        yield "staffed.taken_down", {"intent": intent}
    for key in ("sorry", "left", "queue_left", "not_waiting"):
        yield f"person.{key}", {}
    for key in ("how_was_it", "thanks", "sorry", "too_late"):
        yield f"rating.{key}", {}
    yield from _asked(f)
    yield from _answers_elsewhere(f)
    yield from _changes_of_owner(f)


def _asked(f: Facts) -> Iterator[tuple[str, Params]]:
    """Where and when the customer can be called."""
    for reason in REASONS:
        told = {"reason": reason, "told": "29" if reason else "", "more": False}
        yield "ask.phone", {**told, "choices": ()}
        times = tuple(Option(time, time) for time in _times(f))
        for choices in ((ANY_TIME,), (*times, ANY_TIME)):
            yield "ask.call_time", {**told, "choices": choices}


def _times(f: Facts) -> tuple[str, ...]:
    wording = Wording("en" if f.names.here == "Shibuya" else "ja", ZoneInfo("Asia/Tokyo"))
    hours = ((0, 4), (4, 8), (24, 28))
    return tuple(
        wording.span(LATER + timedelta(hours=start), LATER + timedelta(hours=end))
        for start, end in hours
    )


def _answers_elsewhere(f: Facts) -> Iterator[tuple[str, Params]]:
    mail = "hanako@shop.example"
    yield "person.email_noted", {"email": mail}
    yield "note.email", {"contact": mail, "when": ""}
    for when in (_times(f)[0], ANY_TIME.value):
        yield "person.call_noted", {"phone": "09012345678", "when": when}
        yield "note.call_back", {"contact": "09012345678", "when": when}
    yield "note.by", {}


def _changes_of_owner(f: Facts) -> Iterator[tuple[str, Params]]:
    yield "desk.joined", {"name": "佐藤" if f.names.here == "渋谷店" else "Sato"}
    yield "desk.muted", {"until": LATER}
    for key in (
        "still_there",
        "passed_on",
        "requeued",
        "handed_back",
        "closed",
        "warning",
        "unmuted",
    ):
        yield f"desk.{key}", {}
    for hours in HOURS:
        yield "fault.never_known", {"hours": hours}
        yield "fault.poison", {"hours": hours}
