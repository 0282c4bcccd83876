"""A counter whose staff are there: customers, the bot and people at the desk, on any storage."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.channel import Author
from bot.desk.board import Board
from bot.desk.keeper import Keeper
from bot.desk.talks import Hands, Talks
from bot.desk.voice import Voice
from bot.dialogue.heard import Expecting, Heard, Request
from bot.dialogue.replies import Replies
from bot.dialogue.state import Line
from bot.dialogue.steps import Offer, Script, say, skill
from bot.handoff.desk import Case
from bot.handoff.hours import Shift
from bot.handoff.policy import Policy
from bot.loading import load_skills
from bot.messages import Account, inbound
from bot.messages.outbound import Text
from bot.ports import Agent, Caller, DeskItem, Door, Lexicon, QueueRow, Role
from bot.reception import Counterhand, Reception
from bot.shopfront.base import Query
from bot.shopfront.orders import MyOrders
from bot.staff import Desk, DeskDoor
from bot.storage import Storage
from tests.dialogue.counter import SKILLS
from tests.faults.house import SETTLE, WORDS, Ears, Fate, Mortal, Nameless, Shop
from tests.storage.counter import NOON, WEB, MovableClock

_NAMES = {"skill.points": "points", "skill.menu": "the menu"}
TOKYO = ZoneInfo("Asia/Tokyo")
REPLIES = Replies({lang: {**known, **_NAMES} for lang, known in WORDS.items()}, TOKYO, "shop")
EVERY_DAY = Shift(("mon", "tue", "wed", "thu", "fri", "sat", "sun", "hol"), "10:00", "18:00")
LETTERS = 100
"""More than any test writes at once."""
POLICY = Policy(shifts=(EVERY_DAY,), zone=TOKYO, silence=timedelta(hours=3), capacity=2)
"""The clock of these tests starts at noon in Tokyo: in the middle of the hours."""
_OF_STAFF = (
    "talk_to_person",
    "complaint",
    "leave_person",
    "queue_place",
    "answer_later",
    "rate_service",
)
_LOADED = load_skills()


@skill("menu", small_talk=True)
def menu(customer: Any) -> Script:
    yield from say("hello", Offer("points"), Offer("talk_to_person"))


class DeskEars(Ears):
    """Understands who wants a person, too."""

    async def understand(self, text: str, expecting: Expecting, lexicon: Lexicon) -> Heard:
        heard = await super().understand(text, expecting, lexicon)
        wanted = {"person": "talk_to_person", "angry": "complaint", "menu": "menu"}
        asked = tuple(Request(wanted[word]) for word in text.split() if word in wanted)
        return Heard(text, (*heard.requests, *asked), {} if asked else heard.slots, yes=heard.yes)


class QuietShop(Shop):
    """The shop, where nobody has ordered anything."""

    async def answer(self, query: Query[Any], caller: Caller) -> object:
        return () if isinstance(query, MyOrders) else await super().answer(query, caller)


@dataclass
class Office:
    """One database, the bot that answers from it, and the staff."""

    storage: Storage
    clock: MovableClock
    policy: Policy = POLICY
    shop: Shop = field(init=False)

    def __post_init__(self) -> None:
        self.shop = QuietShop(self.storage.customers)
        voice = Voice(REPLIES, self.clock)
        storage = self.storage
        hands = Hands(
            storage.handoffs,
            storage.agents,
            storage.desk,
            storage.desk_audit,
            voice,
            self.policy,
            self.clock,
        )
        self.talks = Talks(hands)
        self.board = Board(storage.handoffs, storage.agents, self.policy)
        self.opened = self.clock.real()

    def keeper(self, storage: Storage | None = None) -> Keeper:
        """A process that looks after talks; it may have a connection of its own."""
        kept = storage or self.storage
        voice = Voice(REPLIES, self.clock)
        return Keeper(
            kept.handoffs, kept.agents, kept.desk, voice, self.policy, self.clock, self.opened
        )

    def reception(self, fate: Fate | None = None) -> Reception:
        """A process that answers; it ends by its fate."""
        storage, fate = self.storage, fate or Fate()
        shop: Door = Mortal(self.shop, fate)
        skills = {name: _LOADED[name] for name in _OF_STAFF}
        return Reception(
            Counterhand(
                mailbox=Mortal(storage.mailbox, fate),
                conversations=Mortal(storage.conversations, fate),
                customers=Mortal(storage.customers, fate),
                names=Nameless(),
                nlu=DeskEars(),
                doors={"shop": shop, "identity": shop, "desk": self._door(shop)},
                skills={**SKILLS, **skills, "menu": menu},
                replies=REPLIES,
                clock=self.clock,
                bell=storage.bell,
                settle=SETTLE,
                policy=self.policy,
            )
        )

    def _door(self, shop: Door) -> DeskDoor:
        storage = self.storage
        return DeskDoor(
            Desk(
                policy=self.policy,
                handoffs=storage.handoffs,
                agents=storage.agents,
                linking=storage.linking,
                shop=shop,
                clock=self.clock,
                pulled=frozenset(),
                replies=REPLIES,
                language="ja",
            )
        )

    # Staff --------------------------------------------------------------------------------------

    async def hires(self, name: str, role: Role = "agent", **more: Any) -> Agent:
        """Somebody works here, and is there now."""
        agent = Agent(uuid.uuid4().hex, f"{name}@shop.example", name, role, **more)
        assert await self.storage.agents.add(agent, None)
        await self.storage.agents.seen(agent.id)
        return agent

    async def stays(self, agent: Agent) -> None:
        """Their browser is open at this moment."""
        await self.storage.agents.seen(agent.id)

    # Customers ----------------------------------------------------------------------------------

    async def write(self, words: str, account: Account = WEB) -> None:
        """A customer writes; nobody answers yet."""
        at = self.clock.real()
        message = inbound.Text(id=uuid.uuid4().hex, account=account, at=at, text=words)
        await self.storage.mailbox.put([message])

    async def tap(self, payload: str, account: Account = WEB) -> None:
        """A customer taps a button; nobody answers yet."""
        at = self.clock.real()
        message = inbound.Tap(id=uuid.uuid4().hex, account=account, at=at, payload=payload)
        await self.storage.mailbox.put([message])

    async def serve(self, reception: Reception | None = None) -> None:
        """The bot answers everybody whose letters are due."""
        reception = reception or self.reception()
        for _ in range(LETTERS):
            claim = await reception.house.mailbox.claim("w", lease_seconds=30)
            if claim is None:
                return
            await reception.serve(claim)
        raise AssertionError("the bot never comes to an end")

    async def says(self, words: str, account: Account = WEB) -> None:
        """A customer writes, and is heard."""
        await self.write(words, account)
        await self.serve()

    async def waits(self, account: Account = WEB, words: str = "person") -> str:
        """A customer asks for a person; the conversation's id."""
        await self.says(words, account)
        row = await self.row(account)
        assert row.talk.case.is_open
        return row.talk.conversation_id

    # What is there ------------------------------------------------------------------------------

    async def row(self, account: Account = WEB) -> QueueRow:
        talk = await self.storage.handoffs.of(account)
        assert talk is not None
        row = await self.storage.handoffs.row(talk.conversation_id)
        assert row is not None
        return row

    async def case(self, account: Account = WEB) -> Case:
        return (await self.row(account)).talk.case

    async def items(self, account: Account = WEB) -> list[DeskItem]:
        """The talk as staff see it."""
        talk = (await self.row(account)).talk.conversation_id
        return list(await self.storage.desk.timeline(talk, None, 10_000))

    async def said(self, author: Author, account: Account = WEB) -> list[str]:
        """What was said by one side, over all channels."""
        return [
            item.content.text
            for item in await self.items(account)
            if item.author == author and isinstance(item.content, Text)
        ]


def told(key: str, **params: object) -> str:
    """How the counter puts something to a Japanese customer."""
    (content,) = REPLIES.write((Line(key, params),), "ja", NOON)
    assert isinstance(content, Text)
    return content.text
