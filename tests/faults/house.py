"""A counter with real storage, three small skills, and a shop and processes that can fail."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bot.customers.profile import Trust
from bot.dialogue.heard import Expecting, Heard, Request, Told
from bot.dialogue.replies import Replies
from bot.dialogue.state import Line
from bot.dialogue.steps import Script, skill
from bot.loading import load_words
from bot.messages import Account, inbound
from bot.messages.outbound import Text
from bot.ports import Caller, Customers, Lexicon, Proof
from bot.reception import Counterhand, Reception
from bot.reception.reception import LEASE_SECONDS
from bot.shopfront.base import Effect, Query
from bot.shopfront.catalogue import Held, NoLongerThere, PutAside, StockAt, StockLevel, VariantsOf
from bot.shopfront.membership import CheckCode, CodeWrong, MyPoints, Points, Proven
from bot.storage import Storage
from tests.dialogue.counter import SKILLS, sizes
from tests.storage.counter import NOON, WEB, MovableClock, words

STOCK = "stock runner 27 shibuya"
CODE = "code 123456"
SETTLE = timedelta(milliseconds=1200)
_SLOTS = {"product": ("runner", "boot"), "size": ("26", "27", "28"), "store": ("shibuya", "umeda")}
_TEXTS = {
    "ask.size": "which size?",
    "ask.store": "which store?",
    "ask.product": "which product?",
    "ask.code": "which code?",
    "stock.there": "there are {{ stock.available }}",
    "stock.out": "sold out",
    "stock.held": "held as {{ number }}",
    "stock.gone": "just gone",
    "stock.left": "left on the shelf",
    "confirm.put_aside": "put {{ effect.variant }} aside?",
    "confirm.put_aside.yes": "yes",
    "confirm.put_aside.no": "no",
    "offer.points": "points",
    "points": "{{ balance }} points",
    "proof.done": "thank you",
    "hello": "hello",
    "person": "a person will come",
}
_numbers = count(1)


@skill("boom")
def boom(customer: Any) -> Script:
    raise RuntimeError("a script with a fault")
    yield


class Ears:
    """Understands a handful of words; several lines as one message."""

    async def understand(self, text: str, expecting: Expecting, lexicon: Lexicon) -> Heard:
        said = text.split()
        slots = {
            name: Told.of(word) for name, known in _SLOTS.items() for word in said if word in known
        }
        if "code" in said:
            slots["code"] = Told.of(said[-1])
        intents = {"stock": "check_stock", "points": "points", "hello": "greet", "boom": "boom"}
        wanted = [intents[word] for word in said if word in intents]
        requests = tuple(Request(intent, slots) for intent in wanted)
        yes = True if "yes" in said else False if "no" in said else None
        return Heard(text, requests, {} if requests else slots, yes=yes)


class Nameless:
    """No names: the ears know them."""

    def current(self) -> Lexicon:
        return Lexicon()

    async def refresh(self) -> None:
        return None


class Shop:
    """Both doors of a shop with one shelf, which keeps the contract: one key acts once.

    `faults` are raised by the next calls that do something, after it was done; `meanwhile` is
    awaited whenever something is asked or done.
    """

    def __init__(self, customers: Customers) -> None:
        self.shelf = {("runner-27", "shibuya"): 3}
        self.keys: list[str] = []
        self.outcomes: dict[str, object] = {}
        self.faults: list[Exception] = []
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self._customers = customers

    async def answer(self, query: Query[Any], caller: Caller) -> object:
        await self._something_happens()
        match query:
            case VariantsOf(product=product):
                return sizes(product)
            case StockAt(variants=(variant,), stores=(store,)):
                left = self.shelf.get((variant, store), 0)
                assert left >= 0, "this shelf breaks whoever looks at it"
                display = "in_stock" if left else "out"
                return (StockLevel(variant, store, store, display, None, left),)
            case MyPoints():
                return Points(1280, None)
        raise AssertionError(query)

    async def perform(self, effect: Effect[Any], key: str, caller: Caller) -> object:
        self.keys.append(key)
        if key not in self.outcomes:
            self.outcomes[key] = self._done(effect)
        if isinstance(effect, CheckCode) and isinstance(self.outcomes[key], Proven):
            proof = Proof("m1", "session", Trust.VERIFIED, "山田")
            await self._customers.prove(caller.account, proof, by="code")
        await self._something_happens()
        if self.faults:
            raise self.faults.pop(0)
        return self.outcomes[key]

    def _done(self, effect: Effect[Any]) -> object:
        match effect:
            case PutAside(store=store, variant=variant):
                if not self.shelf.get((variant, store)):
                    return NoLongerThere()
                self.shelf[variant, store] -= 1
                return Held("h", f"H-{len(self.outcomes) + 1}", None)
            case CheckCode(code="123456"):
                return Proven("m1")
            case CheckCode():
                return CodeWrong(4)
        raise AssertionError(effect)

    async def _something_happens(self) -> None:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            await happens()


class Died(BaseException):
    """The process is gone: nothing in it catches this, and nothing runs after it."""


class Fate:
    """When a process ends: before or after one of its steps through a port.

    `how` is `Died`, or `asyncio.CancelledError` for one that is asked to stop and may tidy up.
    """

    def __init__(self, at: int | None = None, how: type[BaseException] = Died) -> None:
        self.steps: list[str] = []
        self._at = at
        self._how = how
        self._dead = False

    @property
    def met(self) -> bool:
        """Has it come to that?"""
        return self._at is not None and len(self.steps) > self._at

    def step(self, name: str) -> None:
        if self._dead:
            raise Died
        self.steps.append(name)
        if len(self.steps) - 1 == self._at:
            self._dead = self._how is Died
            raise self._how(name)


class Mortal:
    """A port as used by a process with a fate."""

    def __init__(self, port: Any, fate: Fate) -> None:
        self._port = port
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def step(*given: Any, **named: Any) -> Any:
            self._fate.step(f"before {name}")
            result = await found(*given, **named)
            self._fate.step(f"after {name}")
            return result

        return step


@dataclass
class House:
    """One database with its shop; receptions are the processes that work in it."""

    storage: Storage
    clock: MovableClock
    shop: Shop = field(init=False)

    def __post_init__(self) -> None:
        self.shop = Shop(self.storage.customers)

    def reception(self, fate: Fate | None = None, storage: Storage | None = None) -> Reception:
        """A process: it ends by its fate, and may have a connection of its own."""
        storage, fate = storage or self.storage, fate or Fate()
        shop = Mortal(self.shop, fate)
        return Reception(
            Counterhand(
                mailbox=Mortal(storage.mailbox, fate),
                conversations=Mortal(storage.conversations, fate),
                customers=Mortal(storage.customers, fate),
                names=Nameless(),
                nlu=Ears(),
                doors={"shop": shop, "identity": shop},
                skills={**SKILLS, "boom": boom},
                replies=REPLIES,
                clock=self.clock,
                bell=storage.bell,
                settle=SETTLE,
            )
        )

    async def write(self, *texts: str, account: Account = WEB, **changes: Any) -> None:
        for text in texts:
            at = self.clock.real()
            number = f"f{next(_numbers)}"
            message = inbound.Text(
                **{"id": number, "account": account, "at": at, "text": text} | changes
            )
            await self.storage.mailbox.put([message])

    async def serve(self, reception: Reception | None = None) -> None:
        """Answer everybody whose letters are due."""
        reception = reception or self.reception()
        while claim := await reception.house.mailbox.claim("w", lease_seconds=LEASE_SECONDS):
            await reception.serve(claim)

    async def hears(self, *texts: str, account: Account = WEB) -> list[str]:
        """What is said to these messages."""
        before = await self.storage.timeline.after(account, 0, 1000)
        await self.write(*texts, account=account)
        await self.serve()
        return await self.answers(account, before[-1].cursor if before else 0)

    async def answers(self, account: Account = WEB, after: int = 0) -> list[str]:
        items = await self.storage.timeline.after(account, after, 1000)
        return words([item for item in items if item.author == "bot"])

    async def requests(self) -> list[str]:
        """Why people are wanted."""
        return [row.talk.case.reason for row in await self.storage.handoffs.open()]


WORDS = {language: {**known, **_TEXTS} for language, known in load_words().items()}
REPLIES = Replies(WORDS, ZoneInfo("Asia/Tokyo"), "shop")


def texts_of(key: str) -> str:
    """What the house says with this key, where its staff have no hours."""
    (said,) = REPLIES.write((Line(key, {"hours": None}),), "ja", NOON)
    assert isinstance(said, Text)
    return said.text
