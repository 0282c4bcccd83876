"""The retailer's own rules and pages, and what its systems can do."""

from __future__ import annotations

import asyncio
import re

from pydantic import Field

from bot.errors import Unavailable
from bot.shop.asking import Asking, Resource
from bot.shop.cache import RULES
from bot.shop.topics import BROAD, TITLES
from bot.shop.wire import MoneyWire, Page, Several, Wire, money
from bot.shop.words import impersonal
from bot.shopfront.base import Money
from bot.shopfront.house import AboutTheShop, Capable, FaqPage, House
from bot.shopfront.house import Page as FaqText

SHOP = Resource("shop", RULES)
FAQ = Resource("faq", RULES)
FITS = 0.3
"""The least score (0 to 1) at which a page answers a question that is of no one topic."""
SURELY_FITS = 0.6
"""The same where a page of that topic would be found by its title."""
PAGES = 5
LONGEST_QUESTION = 500
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


FaqPages = Page[FaqWire]


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
    question = impersonal(query.question)[:LONGEST_QUESTION]
    if not question:
        return None
    title = TITLES.get(query.topic, {}).get(asking.language)
    by_question, by_title = await asyncio.gather(
        _pages(asking, question), _pages(asking, title) if title else _no_pages()
    )
    needed = FITS if query.topic in BROAD else SURELY_FITS
    fitting = {
        page.title: page
        for found, least in ((by_question, needed), (by_title, SURELY_FITS))
        for page in found
        if page.score is None or page.score >= least
    }
    if not fitting:
        return None
    best = max(
        fitting.values(),
        key=lambda page: sum(
            other.score or 0.0 for other in (*by_question, *by_title) if other.title == page.title
        ),
    )
    return FaqText(best.title, best.body)


async def _pages(asking: Asking, words: str) -> tuple[FaqWire, ...]:
    params = (("q", words), ("lang", asking.language), ("limit", str(PAGES)))
    found = await asking.find(FAQ, ("faq",), FaqPages, params)
    return tuple(found.value.items) if found else ()


async def _no_pages() -> tuple[FaqWire, ...]:
    return ()


def _plain(operation: str) -> str:
    return _PLACEHOLDER.sub("{}", operation)
