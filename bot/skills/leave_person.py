"""No person any more: out of the queue, or back to the bot."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Script, look_up, say, skill, take_back
from bot.routines.staff import FOR_A_PERSON
from bot.shopfront.desk import QueueOutlook


@skill("leave_person", replaces=FOR_A_PERSON)
def leave_person(customer: Customer) -> Script:
    outlook = yield from look_up(QueueOutlook())
    if outlook.state == "with_person":
        yield from take_back()
        yield from say("person.left")
    elif outlook.queued:
        yield from take_back()
        yield from say("person.queue_left")
    else:
        yield from say("person.not_waiting")
