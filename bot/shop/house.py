"""The retailer's own rules and pages, and what its systems can do."""

from __future__ import annotations

import re

from pydantic import Field

from bot.errors import Unavailable
from bot.shop.asking import Asking, Resource
from bot.shop.cache import RULES
from bot.shop.wire import MoneyWire, Page, Several, Wire, money
from bot.shopfront.base import Money
from bot.shopfront.house import AboutTheShop, Capable, FaqPage, House
from bot.shopfront.house import Page as FaqText

SHOP = Resource("shop", RULES)
FAQ = Resource("faq", RULES)
FITS = 0.3
"""The least score (0 to 1) at which a page answers the question rather than resembles it."""
LONGEST_QUESTION = 500
_PERSONAL = re.compile(r"\S+[@＠]\S+|[+＋]?\d[\d\-‐ー−()（） ]{4,}\d")
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_COLLECTED = re.compile(r"店[舗頭]\s*(で)?(の)?お?受け?取|pick-?\s?up|collect", re.IGNORECASE)


class SupportWire(Wire):
    phone: str | None = None
    email: str | None = None
    hours: str | None = None


class FeeWire(Wire):
    condition: str
    amount: MoneyWire


class ShippingWire(Wire):
    fees: Several[FeeWire] = ()


class HoldRulesWire(Wire):
    """`confirmation` "store": a member of staff has to say yes first."""

    confirmation: str | None = None
    days: int | None = None
    per_customer: int | None = None


class ShopWire(Wire):
    """The shop's document; a rule that is not in it is not known."""

    name: str | None = None
    support: SupportWire | None = None
    shipping: ShippingWire | None = None
    holds: HoldRulesWire | None = None

    @property
    def pickup_fee(self) -> Money | None:
        """What collecting at a store costs: the fee whose condition speaks of it."""
        fees = self.shipping.fees if self.shipping else ()
        return money(next((fee.amount for fee in fees if _COLLECTED.search(fee.condition)), None))


class LimitsWire(Wire):
    hold_hours: int | None = None
    max_holds: int | None = None
    extend_days: int | None = None


class CapabilitiesWire(Wire):
    operations: Several[str] = ()
    limits: LimitsWire = Field(default_factory=LimitsWire)

    def supports(self, operation: str) -> bool:
        """Is it supported? A backend that names no operation in this form is simply asked."""
        named = {_plain(each) for each in self.operations if " /" in each}
        return not named or operation in named


class FaqWire(Wire):
    title: str
    body: str
    score: float | None = None


async def rules(asking: Asking) -> ShopWire:
    """The shop's document; empty where the backend has none."""
    found = await asking.find(SHOP, ("shop",), ShopWire)
    return found.value if found else ShopWire()


async def capabilities(asking: Asking) -> CapabilitiesWire:
    """What the backend says it can do; empty where it does not say."""
    found = await asking.find(SHOP, ("capabilities",), CapabilitiesWire)
    return found.value if found else CapabilitiesWire()


async def offers(asking: Asking, operation: str) -> bool:
    """Does the shop offer this at all? While nobody says, it is asked."""
    try:
        return (await capabilities(asking)).supports(operation)
    except Unavailable:
        return True


async def pickup_fee(asking: Asking) -> Money | None:
    """What collecting at a store costs; None while the rules are not to be had."""
    try:
        return (await rules(asking)).pickup_fee
    except Unavailable:
        return None


async def about_the_shop(_: AboutTheShop, asking: Asking) -> House:
    """Who the retailer is."""
    told = await rules(asking)
    support = told.support or SupportWire()
    return House(
        name=told.name or "",
        support_phone=support.phone,
        support_hours=support.hours,
        support_email=support.email,
        pickup_fee=told.pickup_fee,
    )


async def capable(_: Capable, asking: Asking) -> frozenset[str]:
    """Operations as `GET /customers/{}/points`: what stands in the braces is left out."""
    return frozenset(map(_plain, (await capabilities(asking)).operations))


async def faq_page(query: FaqPage, asking: Asking) -> FaqText | None:
    """The page that answers the question, in the caller's language."""
    # What a customer writes about themselves finds no page and has no place in an address.
    question = _PERSONAL.sub(" ", query.question).strip()[:LONGEST_QUESTION]
    if not question:
        return None
    params = (("q", question), ("lang", asking.language), ("limit", "1"))
    found = await asking.find(FAQ, ("faq",), Page[FaqWire], params)
    best = next(iter(found.value.items), None) if found else None
    if best is None or (best.score is not None and best.score < FITS):
        return None
    return FaqText(best.title, best.body)


def _plain(operation: str) -> str:
    return _PLACEHOLDER.sub("{}", operation)
