"""A person, please: the request is taken down, and what happens next is said honestly."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Script, hand_over, look_up_all, say, skill
from bot.shopfront.house import AboutTheShop, WhenStaffAnswer


@skill("talk_to_person")
def talk_to_person(customer: Customer) -> Script:
    yield from hand_over("asked_for")
    house, hours = yield from look_up_all(AboutTheShop(), WhenStaffAnswer())
    yield from say("person.taken_down", house=house, hours=hours)


@skill("complaint")
def complaint(customer: Customer) -> Script:
    """An apology, once, and a person."""
    yield from hand_over("complaint")
    house, hours = yield from look_up_all(AboutTheShop(), WhenStaffAnswer())
    yield from say("person.complaint", house=house, hours=hours)
