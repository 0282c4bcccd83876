"""The staff of the real house, for talks that go to people and come back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable

from bot.handoff.desk import Case
from bot.main import House
from bot.ports import Agent
from tests.conversations.visitor import Visitor
from tests.support.served import PATIENCE_SECONDS

UNTIL_TUESDAY_MORNING = 69 * 60
"""Minutes from Saturday afternoon, when the desk is closed, to Tuesday at eleven."""
Visiting = Callable[..., Visitor]


class Desk:
    """The staff at work."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def comes(self, name: str = "佐藤") -> Agent:
        """Somebody is there from now on."""
        agent = Agent(uuid.uuid4().hex, f"{uuid.uuid4().hex}@shop.example", name, "agent")
        await self.house.storage.agents.add(agent, None)
        await self.house.storage.agents.seen(agent.id)
        return agent

    async def case(self, visitor: Visitor) -> Case:
        talk = await self.house.storage.handoffs.of(visitor.account)
        assert talk is not None
        return talk.case

    async def talk_id(self, visitor: Visitor) -> str:
        talk = await self.house.storage.handoffs.of(visitor.account)
        assert talk is not None
        return talk.conversation_id

    async def takes(self, agent: Agent, visitor: Visitor) -> str:
        """An agent takes the talk; what the customer is told."""
        await self.house.office.talks.take(agent, await self.talk_id(visitor))
        return (await visitor.read_on()).text

    async def notes(self, visitor: Visitor) -> list[str]:
        """What is written beside the talk."""
        items = await self.house.storage.desk.timeline(await self.talk_id(visitor), None, 50)
        contents = [item.content for item in items if item.author == "note"]
        return [getattr(content, "text", "") for content in contents]

    async def has_read(self, visitor: Visitor, count: int) -> None:
        """Until so many messages of the customer's wait for the agent."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await self.case(visitor)).unread < count:
                await self.house.storage.bell.wait("desk", 0.1)


def by_day(visitor: Visitor) -> Visitor:
    """The visitor, when the desk is open."""
    visitor.wait(UNTIL_TUESDAY_MORNING)
    return visitor
