"""Requests the counter understands but leaves to the retailer's own page, or to its staff."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Script, Skill, Slot, ask, look_up, say
from bot.routines.staff import to_person
from bot.shopfront.house import FaqPage

QUESTION = Slot("question", str)

INTENTS = (
    "restock_notice",
    "product_info",
    "recommend",
    "change_order",
    "points_history",
    "points_rules",
    "return_exchange",
    "faq",
    "member_account",
    "notification_settings",
    "privacy_request",
)


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

    return Skill(intent, (QUESTION,), script)


skills = tuple(page_or_staff(intent) for intent in INTENTS)
