"""A counter with three small skills and a shop that is a dictionary: the engine alone, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.customers.profile import Customer, Trust
from bot.dialogue.codec import decode, encode
from bot.dialogue.engine import failed, hear, resume
from bot.dialogue.heard import Heard, Request, Told
from bot.dialogue.state import Act, Conversation, Line, Turn
from bot.dialogue.steps import (
    Offer,
    Script,
    Slot,
    ask,
    confirm,
    hand_over,
    look_up,
    perform,
    prove,
    say,
    skill,
)
from bot.errors import Fault
from bot.shopfront.base import Effect, Option, Query
from bot.shopfront.catalogue import (
    Held,
    NoLongerThere,
    ProductsMatching,
    PutAside,
    StockAt,
    StockLevel,
    Variant,
    VariantsOf,
)
from bot.shopfront.membership import CheckCode, CodeWrong, MyPoints, Points, Proven

PRODUCT = Slot("product", str, implied=True)
SIZE = Slot("size", str, implied=True)
STORE = Slot("store", str, implied=True)
CODE = Slot("code", str, secret=True)
NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@skill("check_stock", PRODUCT, SIZE, STORE, undo="let_go")
def check_stock(customer: Customer) -> Script:
    product = yield from ask(PRODUCT, find=ProductsMatching)
    sizes = yield from look_up(VariantsOf(product))
    size = yield from ask(SIZE, choices=tuple(Option(v.id, v.id) for v in sizes))
    store = yield from ask(STORE)
    level = (yield from look_up(StockAt((f"{product}-{size}",), (store,))))[0]
    if not level.there:
        yield from say("stock.out", stock=level)
        return
    yield from say("stock.there", Offer("points"), stock=level)
    match (yield from confirm(PutAside(store, f"{product}-{size}"), store=store)):
        case None:
            yield from say("stock.left")
        case Held(number=number):
            yield from say("stock.held", number=number)
        case NoLongerThere():
            yield from say("stock.gone")


@skill("store_hours", STORE)
def store_hours(customer: Customer) -> Script:
    store = yield from ask(STORE)
    yield from say("hours", store=store)


@skill("points")
def points(customer: Customer) -> Script:
    yield from prove(Trust.LINKED)
    mine = yield from look_up(MyPoints())
    assert mine is not None
    yield from say("points", balance=mine.balance)


@skill("prove_identity", CODE, Slot("level", str), Slot("for", str), Slot("instead", str))
def prove_identity(customer: Customer) -> Script:
    code = yield from ask(CODE)
    match (yield from perform(CheckCode("c1", code))):
        case Proven():
            yield from say("proof.done")
        case CodeWrong(left=0):
            yield from say("proof.locked")
        case CodeWrong(left=left):
            yield from ask(CODE, without=frozenset({code}), left=left)


@skill("greet", small_talk=True)
def greet(customer: Customer) -> Script:
    yield from say("hello")


@skill("nearby")
def nearby(customer: Customer) -> Script:
    yield from say("nearby", Offer("points"))


@skill("let_go")
def let_go(customer: Customer) -> Script:
    yield from say("let_go")


@skill("talk_to_person")
def talk_to_person(customer: Customer) -> Script:
    yield from hand_over("asked_for")
    yield from say("person")


SKILLS = {
    s.intent: s
    for s in (
        check_stock,
        store_hours,
        points,
        prove_identity,
        greet,
        nearby,
        let_go,
        talk_to_person,
    )
}
SIZES = {"runner": ("26", "27", "28"), "boot": ("26", "29")}


def sizes(product: str) -> tuple[object, ...]:
    return tuple(Variant(size, product) for size in SIZES.get(product, ("26",)))


@dataclass
class Talk:
    """One customer's talk; the conversation is stored and loaded again before every message."""

    stock: dict[tuple[str, str], int] = field(
        default_factory=lambda: {
            ("runner-27", "shibuya"): 3,
            ("runner-26", "shibuya"): 1,
            ("runner-27", "umeda"): 2,
            ("boot-26", "shibuya"): 1,
        }
    )
    now: datetime = NOON
    channel: str = "web"
    customer: Customer = field(default_factory=Customer)
    stored: str = field(default_factory=lambda: encode(Conversation("c0ffee00" * 4)))
    done: list[Effect[object]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    turn: Turn | None = None
    broken: Fault | None = None

    def hears(self, *requests: Request | str, **heard: object) -> list[str]:
        """What the counter says to this message, as keys (questions with a "?")."""
        asked = tuple(Request(r) if isinstance(r, str) else r for r in requests)
        message = replace(Heard(channel=self.channel, requests=asked), **heard)  # type: ignore[arg-type]
        turn = hear(self.conversation, message, self.customer, SKILLS, self.now)
        while turn.need is not None:
            turn = self._serve(turn)
        self.turn, self.customer = turn, turn.customer
        self.stored = encode(turn.conversation)
        return [_name(line) for line in turn.lines]

    @property
    def conversation(self) -> Conversation:
        return decode(self.stored, "c0ffee00" * 4)

    def tap(self, label: str) -> str:
        """The value of a button that is shown now."""
        return next(b.token for b in self.conversation.shown if label in (b.label, b.kind, b.name))

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def _serve(self, turn: Turn) -> Turn:
        if self.broken:
            return failed(turn, self.broken, SKILLS)
        if isinstance(turn.need, Act):
            result: object = self._done(turn.need)
        else:
            assert turn.need is not None
            result = tuple(self._answer(query) for query in turn.need.queries)
        return resume(turn, result, self.customer, SKILLS)

    def _done(self, act: Act) -> object:
        self.done.append(act.effect)
        self.keys.append(act.key)
        match act.effect:
            case PutAside(store=store, variant=variant):
                if not self.stock.get((variant, store)):
                    return NoLongerThere()
                self.stock[variant, store] -= 1
                return Held("h1", "H-1", None)
            case CheckCode(code="123456"):
                self.customer = replace(self.customer, trust=Trust.VERIFIED, member_id="m1")
                return Proven("m1")
            case CheckCode(code="999999"):
                return CodeWrong(0)
            case CheckCode():
                return CodeWrong(4)
        raise AssertionError(act)

    def _answer(self, query: Query[object]) -> object:
        match query:
            case VariantsOf(product=product):
                return sizes(product)
            case StockAt(variants=(variant,), stores=(store,)):
                count = self.stock.get((variant, store), 0)
                display = "in_stock" if count else "out"
                return (StockLevel(variant, store, store, display, self.now, count),)
            case ProductsMatching(text=text):
                return tuple(Option(p, p) for p in SIZES if text in p)
            case MyPoints():
                return Points(1280, self.now)
        raise AssertionError(query)


def _name(line: Line) -> str:
    reason = f" ({line.params['reason']})" if line.params.get("reason") else ""
    return f"{line.key}{reason}"


def told(**slots: str) -> Mapping[str, Told]:
    return {name: Told.of(value) for name, value in slots.items()}


def stock_of(**slots: str) -> Request:
    return Request("check_stock", told(**slots))
