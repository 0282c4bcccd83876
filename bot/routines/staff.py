"""Asking for a person: what is taken down, and what can honestly be said of it."""

from __future__ import annotations

from bot.customers.profile import Customer, Trust
from bot.dialogue.steps import (
    Offer,
    Reading,
    Slot,
    ask,
    hand_over,
    heard,
    look_up,
    look_up_all,
    perform,
    prove,
    say,
    say_all,
)
from bot.shopfront.base import Option
from bot.shopfront.channels import OtherChannels
from bot.shopfront.desk import CallMoments, CallTimes, LeaveNote, Outlook, PickupToday, QueueOutlook

PHONE = Slot("phone", str)
EMAIL = Slot("email", str)
CALL_TIME = Slot("call_time", str)
CONTACT = (PHONE, EMAIL, CALL_TIME)
"""Where and when an answer finds the customer."""
FOR_A_PERSON = ("talk_to_person", "complaint", "request_call", "leave_person")
"""Skills that are about having a person, and about nothing else."""
ANY_TIME = "@choice.any_time"


def to_person(customer: Customer, reason: str, *, urgent: bool = False) -> Reading[None]:
    """Hand the talk over and say what that means now.

    Nothing here depends on the shop's systems: who wants a person gets one when those are down.
    """
    if customer.trust >= Trust.VERIFIED:
        urgent = urgent or (yield from look_up(PickupToday()))
    outlook = yield from look_up(QueueOutlook(urgent))
    yield from hand_over(reason, urgent=urgent)
    phone = yield from heard(PHONE)
    email = yield from heard(EMAIL)
    if phone is not None:
        yield from call_back(phone)
    elif email is not None:
        yield from hand_over("email")
        yield from perform(LeaveNote("email", email))
        yield from say("person.email_noted", _leave(outlook), email=email)
    else:
        yield from tell(customer, outlook)


def tell(customer: Customer, outlook: Outlook) -> Reading[None]:
    """Where the customer stands, with what they may do about it."""
    call = () if customer.in_company else (Offer("request_call"),)
    steps = (_leave(outlook), *call)
    if outlook.open and outlook.present:
        yield from say_all("person.in_queue", (Offer("queue_place"), *steps), outlook=outlook)
    elif outlook.elsewhere:
        yield from say("person.answer_elsewhere", _leave(outlook), outlook=outlook)
    elif not outlook.reachable:
        yield from _where_to_answer(outlook)
    elif not outlook.open:
        yield from say_all("person.closed", steps, outlook=outlook)
    else:
        yield from say_all("person.nobody_there", steps, outlook=outlook)


def call_back(phone: str) -> Reading[None]:
    """A call to this number, at a time that suits the customer."""
    yield from prove(Trust.ANONYMOUS)
    times, within = yield from look_up_all(CallTimes(), CallMoments())
    suggest = (*times, Option(ANY_TIME, ANY_TIME))
    when = yield from ask(CALL_TIME, suggest=suggest, moments=within)
    yield from hand_over("callback")
    yield from perform(LeaveNote("call_back", phone, when))
    withdraw = Offer("leave_person", key="offer.withdraw")
    yield from say("person.call_noted", withdraw, phone=phone, when=when)


def _leave(outlook: Outlook) -> Offer:
    waits = outlook.open and outlook.present
    return Offer("leave_person", key="offer.leave_queue" if waits else "offer.withdraw")


def _where_to_answer(outlook: Outlook) -> Reading[None]:
    """An answer later is promised only where it will be found: a visitor may close the page.

    No open question: who says nothing of it has still asked for a person.
    """
    others = yield from look_up(OtherChannels())
    ways = [
        Offer("link_channel", {"go_on": Option(n, n)}, "offer.go_on", {"channel": n})
        for n in others
    ]
    steps = (*ways, Offer("request_call"), _leave(outlook))
    yield from say_all("person.where_to_answer", steps, outlook=outlook)


def place(customer: Customer) -> Reading[None]:
    """The customer's place now."""
    outlook = yield from look_up(QueueOutlook())
    if outlook.queued:
        yield from tell(customer, outlook)
    else:
        yield from say("person.not_waiting")
