"""Requests the counter understands but leaves to the retailer's own page, or to its staff."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Script, Skill, Slot, ask, look_up, say
from bot.routines.staff import CONTACT, STAFFED, to_person
from bot.shopfront.house import FaqPage

QUESTION = Slot("question", str)


def page_or_staff(intent: str) -> Skill:
    """A skill that answers from the retailer's page where one fits, else takes the request down."""

    def script(customer: Customer) -> Script:
        question = yield from ask(QUESTION)
        page = yield from look_up(FaqPage(question, intent))
        if page is not None:
            yield from say("staffed.page", Offer("talk_to_person"), page=page)
            return
        yield from say("staffed.taken_down", intent=intent)
        yield from to_person(customer, intent)

    return Skill(intent, (QUESTION, *CONTACT), script)


skills = tuple(page_or_staff(intent) for intent in STAFFED)
