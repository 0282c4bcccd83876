"""Let go of what was put aside."""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Script, look_up, say, skill
from bot.routines.holding import HOLD, release
from bot.shopfront.catalogue import MyHolds


@skill("cancel_hold", HOLD)
def cancel_hold(customer: Customer) -> Script:
    holds = yield from look_up(MyHolds())
    if holds:
        yield from release(holds)
    else:
        yield from say("hold.none")
