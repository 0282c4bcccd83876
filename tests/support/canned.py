"""A shop that always answers the same, and a customer who always says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.customers.profile import Customer, Trust
from bot.dialogue.steps import (
    Ask,
    Confirm,
    HandOver,
    LookUp,
    Perform,
    Prove,
    Say,
    Skill,
    Step,
    TakeBack,
)
from bot.shopfront.base import Effect, Option, Query, Refused
from bot.shopfront.catalogue import (
    Calendar,
    Held,
    Hold,
    HoldTerms,
    HoldTermsAt,
    MyHolds,
    NoLongerThere,
    PickupAt,
    PickupOption,
    ProductById,
    PutAside,
    Released,
    ReleaseHold,
    StockAt,
    StockElsewhere,
    StoreById,
    Stores,
    VariantsOf,
)
from bot.shopfront.channels import (
    AccountLinkPage,
    CarriedOver,
    Connected,
    Disconnect,
    Disconnected,
    Invitation,
    Invite,
    MyChannels,
    OpenAccountLink,
    OtherChannels,
    RedeemNonce,
    TrustContact,
    UseLinkCode,
)
from bot.shopfront.desk import (
    CallMoments,
    CallTimes,
    LeaveNote,
    NoteLeft,
    Outlook,
    PickupToday,
    QueueOutlook,
    Rate,
    Rated,
)
from bot.shopfront.house import AboutTheShop, DeskHours, FaqPage, Page
from bot.shopfront.media import KeepMedia, Kept
from bot.shopfront.membership import (
    CheckCode,
    CodeSent,
    CodeWrong,
    Contacts,
    CouponCount,
    LookUpMember,
    Lot,
    MyCoupons,
    MyLots,
    MyPoints,
    Points,
    Proven,
    SendCode,
)
from bot.shopfront.orders import (
    CancelPickup,
    ExtendPickup,
    GuestOrder,
    LookUpGuestOrder,
    MovePickup,
    MyOrder,
    MyOrders,
    PickupCode,
    PickupPlan,
    PlanCancellation,
    PlanExtension,
    PlanOtherStore,
    ShowPickupCode,
)
from tests.support.facts import LATER, NOW, TODAY, Facts

TOLD = {
    "product": "sora",
    "store": "shibuya",
    "order_number": "A-1042",
    "member_number": "M-1",
    "code": "123456",
    "name_kana": "ヤマダ",
    "guest_proof": "5678",
    "question": "返品したい",
    "proof": "M-1",
    "let_go": "1",
    "media_ref": "m1",
    "media_kind": "image",
    "stars": "2",
}
CHANNELS: Mapping[type[Effect[Any]], Any] = {
    Invite: Invitation("line", "12345678", 10),
    UseLinkCode: CarriedOver("webchat", member=True),
    OpenAccountLink: AccountLinkPage("https://shop.example/login"),
    RedeemNonce: Proven("m"),
    TrustContact: Proven("m"),
    Disconnect: Disconnected("line"),
    KeepMedia: Kept("image"),
    LeaveNote: NoteLeft(),
    Rate: Rated(2),
}
LIMIT = 100
"""A script that takes more steps than this goes round in circles."""

Talk = Mapping[str, str]


def _outlook(display: str, *, refusing: bool) -> Outlook:
    """Staff who are there, whom one waits for, who are busy elsewhere, or who have gone home."""
    if refusing:
        return Outlook(reachable=False, hours=DeskHours(open_now=False, next_open=LATER))
    if display == "unknown":
        return Outlook(hours=DeskHours(open_now=True))
    return Outlook("bot" if display == "in_stock" else "waiting", 2, present=True)


class Shop:
    """`display` is how every stock level stands, `refusing` whether it turns effects down."""

    def __init__(self, display: str = "in_stock", *, refusing: bool = False) -> None:
        facts = Facts("ja")
        pickup = facts.pickup(allowed_actions=("extend", "change_store", "cancel"))
        order = facts.order("preparing", pickup=pickup)
        level = facts.level(display)
        plan = PickupPlan(not refusing, TODAY, LATER)
        lot = Lot(300, TODAY)
        self._refusing = refusing
        self._answers: Mapping[type[Query[Any]], Any] = {
            ProductById: facts.product,
            VariantsOf: () if display == "unknown" else (facts.variant, facts.other),
            Stores: (facts.store, facts.unknown_store),
            StoreById: facts.store,
            Calendar: facts.days()[:3],
            StockElsewhere: (level,) if level.there else (),
            PickupAt: PickupOption("s", True, LATER),
            HoldTermsAt: HoldTerms(LATER, 3),
            MyHolds: () if refusing else (Hold("h", "H-1", facts.store.name, "x", LATER),),
            AboutTheShop: facts.house,
            FaqPage: Page("x", "y") if refusing else None,
            QueueOutlook: _outlook(display, refusing=refusing),
            CallMoments: None if refusing else (NOW, LATER),
            CallTimes: () if refusing else (Option("11/24(火) 10:00–14:00", "x"),),
            PickupToday: not refusing,
            MyPoints: None if refusing else Points(1280, NOW, expiring_next=lot),
            MyLots: (lot,),
            MyCoupons: (),
            CouponCount: 0,
            MyOrders: (order, facts.order("delivered")),
            MyOrder: None if refusing else order,
            MyChannels: (Connected("1", "line", NOW), Connected("2", "webchat", NOW, here=True)),
            OtherChannels: () if refusing else ("line", "telegram"),
            PlanExtension: plan,
            PlanOtherStore: plan,
            PlanCancellation: plan,
        }
        self._outcomes: Mapping[type[Effect[Any]], Any] = {
            PutAside: NoLongerThere() if refusing else Held("h", "H-1", LATER),
            ReleaseHold: Released("h"),
            ExtendPickup: pickup,
            MovePickup: pickup,
            CancelPickup: pickup,
            LookUpMember: Contacts("l", (Option("sms", "•••"), Option("email", "e•••"))),
            SendCode: CodeSent("c", "•••", 10),
            CheckCode: CodeWrong(2) if refusing else Proven("m"),
            LookUpGuestOrder: GuestOrder(order),
            ShowPickupCode: PickupCode("8842", "x"),
            **CHANNELS,
        }
        self._level = level

    def answer(self, query: Query[Any]) -> object:
        if isinstance(query, StockAt):
            return (self._level,) * (len(query.variants) * len(query.stores))
        return self._answers[type(query)]

    def outcome(self, effect: Effect[Any]) -> object:
        refused = self._refusing and type(effect) not in (PutAside, CheckCode, LookUpMember)
        return Refused("no") if refused else self._outcomes[type(effect)]


SHOPS: Mapping[str, Callable[[], Shop]] = {
    "everything there": Shop,
    "nothing there": lambda: Shop("out"),
    "nobody knows": lambda: Shop("unknown"),
    "everything refused": lambda: Shop(refusing=True),
}
CUSTOMERS = {
    "stranger": Customer(),
    "member": Customer("c", "ja", Trust.VERIFIED, "m", "山田 花子", "shibuya"),
}


def steps(skill: Skill, customer: Customer, shop: Shop, told: Talk, *, agrees: bool) -> list[Step]:
    """One reading of a skill's script: its steps up to its end, or the first unanswered one."""
    return list(_steps(skill, customer, shop, told, agrees=agrees))


def _steps(
    skill: Skill, customer: Customer, shop: Shop, told: Talk, *, agrees: bool
) -> Iterator[Step]:
    script = skill.script(customer)
    answer: object = None
    for _ in range(LIMIT):
        try:
            step = script.send(answer)
        except StopIteration:
            return
        yield step
        match step:
            case Ask():
                answer = _said(step, told)
                if answer is None and not step.optional:
                    return
            case LookUp(queries=queries):
                answer = tuple(shop.answer(query) for query in queries)
            case Confirm(effect=effect):
                answer = shop.outcome(effect) if agrees else None
            case Perform(effect=effect):
                answer = shop.outcome(effect)
            case Say() | Prove() | HandOver() | TakeBack():
                answer = None
    raise AssertionError(f"{skill.intent} does not end")


def _said(ask: Ask, told: Talk) -> str | None:
    """A choice where there are any, else what this customer says for the slot; None: silence."""
    if ask.optional:
        return told.get(ask.slot.name)
    offered = [option.value for option in ask.choices or ask.suggest]
    known = [told[ask.slot.name]] if ask.slot.name in told and ask.choices is None else []
    left = [value for value in (*known, *offered) if value not in ask.without]
    return left[0] if left else None
