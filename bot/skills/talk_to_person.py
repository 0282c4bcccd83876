"""A person, please: the request is taken down, and what happens next is said honestly."""

from __future__ import annotations

from bot.customers.profile import Customer, Trust
from bot.dialogue.steps import Script, Slot, ask, heard, prove, say, skill
from bot.routines.staff import CONTACT, PHONE, call_back, place, to_person

ABOUT = Slot("about", str)
"""Why, where nobody asked for it in so many words: a kind of request that the operator leaves to
people, or that the counter did not understand, or could not look something up."""


@skill("talk_to_person", ABOUT, *CONTACT)
def talk_to_person(customer: Customer) -> Script:
    about = yield from heard(ABOUT)
    yield from to_person(customer, about or "asked_for")


@skill("complaint", *CONTACT)
def complaint(customer: Customer) -> Script:
    """An apology, once, and a person."""
    yield from say("person.sorry")
    yield from to_person(customer, "complaint", urgent=True)


@skill("request_call", *CONTACT)
def request_call(customer: Customer) -> Script:
    """A call from staff, instead of waiting for them here."""
    yield from prove(Trust.ANONYMOUS)
    yield from call_back((yield from ask(PHONE)))


@skill("answer_later", small_talk=True, leaves=True)
def answer_later(customer: Customer) -> Script:
    """The wait is another now, or nobody of the staff is there: what becomes of the wish."""
    yield from place(customer)


@skill("queue_place", small_talk=True)
def queue_place(customer: Customer) -> Script:
    """How long will it be?"""
    yield from place(customer)
