"""Let go of what was put aside."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Script, Slot, ask, confirm, look_up, say, skill
from bot.shopfront.base import Option
from bot.shopfront.catalogue import MyHolds, Released, ReleaseHold

HOLD = Slot("hold", str)


@skill("cancel_hold", HOLD)
def cancel_hold(customer: Customer) -> Script:
    holds = yield from look_up(MyHolds())
    if not holds:
        yield from say("hold.none")
        return
    choices = tuple(Option(h.hold_id, f"{h.what} {h.store_name}") for h in holds)
    chosen = yield from ask(HOLD, choices=choices)
    hold = next(h for h in holds if h.hold_id == chosen)
    match (yield from confirm(ReleaseHold(hold.hold_id), hold=hold)):
        case None:
            yield from say("hold.kept", hold=hold)
        case Released():
            yield from say("hold.released", hold=hold)
        case _:
            yield from say("hold.already_gone", hold=hold)
