"""The queue as staff see it: every open talk with its place, and who may take what next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.handoff.desk import QUEUED, State
from bot.handoff.policy import Policy
from bot.handoff.queue import Hand, Waiting, in_order, next_for
from bot.ports import Agent, Agents, Handoffs, QueueRow

MEASURED = timedelta(days=30)
"""How far back handling times say something about today's wait."""


@dataclass(frozen=True)
class Placed:
    """An open talk; `position` is its place in the queue from 1, None for one that is taken.

    `owner` is the name of who has it.
    """

    row: QueueRow
    position: int | None = None
    owner: str | None = None

    def concerns(self, agent: Agent) -> bool:
        """Is this for that one's eyes? A store sees only what it was asked about."""
        case = self.row.talk.case
        asked = case.turn == "store" and case.store == agent.store_id
        return agent.role != "store" or asked


class Board:
    """Reads the queue anew each time: it is never older than the answer."""

    def __init__(self, handoffs: Handoffs, agents: Agents, policy: Policy) -> None:
        self._handoffs = handoffs
        self._agents = agents
        self._policy = policy

    async def rows(self) -> list[Placed]:
        """All open talks: those that wait in the order they should be taken, then the others."""
        found = await self._handoffs.open()
        names = {agent.id: agent.name for agent in await self._agents.listed()}
        by_id = {row.talk.conversation_id: row for row in found}
        order = [one.conversation_id for one in in_order(queued(found))]
        placed = [Placed(by_id[name], place) for place, name in enumerate(order, 1)]
        taken = [row for row in found if row.talk.case.state is State.WITH_PERSON]
        taken.sort(key=lambda row: (str(row.talk.case.since), row.talk.conversation_id))
        return [
            *placed,
            *(Placed(row, None, names.get(row.talk.case.agent or "")) for row in taken),
        ]

    async def these(self, ids: Collection[str]) -> dict[str, Placed]:
        """Those of these conversations that are open, by id: what it costs does not grow with the
        talks staff have.
        """
        found = await self._handoffs.open(ids)
        names, places = {}, {}
        if any(row.talk.case.agent for row in found):
            names = {agent.id: agent.name for agent in await self._agents.listed()}
        if any(row.talk.case.state in QUEUED for row in found):
            order = in_order(await self._handoffs.waiting())
            places = {one.conversation_id: place for place, one in enumerate(order, 1)}
        return {
            row.talk.conversation_id: Placed(
                row, places.get(row.talk.conversation_id), names.get(row.talk.case.agent or "")
            )
            for row in found
        }

    async def next_for(self, agent: Agent) -> str | None:
        """The conversation this agent should take next; None when there is none for them now.

        Who is away takes nothing new.
        """
        if agent.status == "away":
            return None
        found = await self._handoffs.open()
        mine = sum(row.talk.case.agent == agent.id for row in found)
        present = frozenset(one.id for one in await self._agents.present())
        hand = Hand(agent.id, agent.languages, agent.topics, mine)
        chosen = next_for(hand, queued(found), present, self._policy.capacity)
        return chosen.conversation_id if chosen else None


def queued(rows: Sequence[QueueRow]) -> list[Waiting]:
    """Those that wait for somebody to take them."""
    return [
        Waiting(row.talk.conversation_id, row.talk.case, row.talk.language)
        for row in rows
        if row.talk.case.state in QUEUED
    ]
