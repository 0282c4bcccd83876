"""How many points do I have, and when do the next ones expire?"""

from __future__ import annotations

from bot.customers.profile import Customer
from bot.dialogue.steps import Offer, Script, look_up, look_up_all, prove, say, skill
from bot.shopfront.membership import CouponCount, MyCoupons, MyLots, MyPoints


@skill("points_balance")
def points_balance(customer: Customer) -> Script:
    yield from prove(customer.needs("points.read"))
    points, coupons = yield from look_up_all(MyPoints(), CouponCount())
    if points is None:
        yield from say("points.no_programme", Offer("talk_to_person"))
        return
    yield from say(
        "points.balance",
        Offer("points_expiry") if points.expiring_next else None,
        Offer("coupons", params={"count": coupons}) if coupons else None,
        points=points,
        name=customer.name,
    )


@skill("points_expiry")
def points_expiry(customer: Customer) -> Script:
    """When they expire, soonest first."""
    yield from prove(customer.needs("points.read"))
    points, lots = yield from look_up_all(MyPoints(), MyLots())
    if points is None:
        yield from say("points.no_programme", Offer("talk_to_person"))
    elif not lots and points.expiring_next is None:
        yield from say("points.nothing_expires", points=points)
    else:
        shown = (lots or (points.expiring_next,))[:4]
        yield from say("points.expiry", points=points, lots=shown)


@skill("coupons")
def coupons(customer: Customer) -> Script:
    """Which coupons can be used now."""
    yield from prove(customer.needs("coupons.read"))
    mine = yield from look_up(MyCoupons())
    if mine is None:
        yield from say("coupons.no_programme", Offer("talk_to_person"))
    elif not mine:
        yield from say("coupons.none")
    else:
        yield from say("coupons.list", coupons=mine[:5], count=len(mine))
