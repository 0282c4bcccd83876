"""How was it? Asked once after a person had the talk; nothing waits for the answer."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Script, Slot, heard, perform, say, say_all, skill
from bot.shopfront.base import Option, Refused
from bot.shopfront.desk import Rate

MOST = 5
POOR = 2
"""With so few stars or less, a person is offered."""
STARS = Slot("stars", int)


@skill("rate_service", STARS, small_talk=True, leaves=True)
def rate_service(customer: Customer) -> Script:
    stars = yield from heard(STARS)
    if stars is None:
        choices = [
            Offer("rate_service", {"stars": Option(str(n), f"★{n}")}, "offer.stars", {"stars": n})
            for n in range(1, MOST + 1)
        ]
        yield from say_all("rating.how_was_it", choices)
    elif isinstance((yield from perform(Rate(stars))), Refused):
        yield from say("rating.too_late")
    elif stars <= POOR:
        yield from say("rating.sorry", Offer("talk_to_person"))
    else:
        yield from say("rating.thanks")
