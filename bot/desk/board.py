"""The queue as staff see it: every open talk with its place, and who may take what next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.handoff.desk import QUEUED
from bot.handoff.policy import Policy
from bot.handoff.queue import Hand, in_order, next_for
from bot.ports import Agent, Agents, Handoffs, QueueRow


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

        def order(one: Placed) -> tuple[bool, int, str, str]:
            talk = one.row.talk
            place = one.position or 0
            return not place, place, str(talk.case.since), talk.conversation_id

        return sorted(await self._placed(await self._handoffs.open()), key=order)

    async def these(self, ids: Collection[str]) -> dict[str, Placed]:
        """Those of these conversations that are open, by id: what it costs does not grow with the
        talks staff have.
        """
        placed = await self._placed(await self._handoffs.open(ids))
        return {one.row.talk.conversation_id: one for one in placed}

    async def _placed(self, found: Sequence[QueueRow]) -> list[Placed]:
        owners = {row.talk.case.agent for row in found if row.talk.case.agent}
        names, places = await self._agents.names(owners), {}
        if any(row.talk.case.state in QUEUED for row in found):
            order = in_order(await self._handoffs.waiting())
            places = {one.conversation_id: place for place, one in enumerate(order, 1)}
        return [
            Placed(row, places.get(row.talk.conversation_id), names.get(row.talk.case.agent or ""))
            for row in found
        ]

    async def current(self, conversation_id: str) -> str:
        """The conversation it is part of now: itself, or the one it was joined with."""
        row = await self._handoffs.row(conversation_id)
        return row.talk.conversation_id if row else conversation_id

    async def next_for(self, agent: Agent) -> str | None:
        """The conversation this agent should take next; None when there is none for them now.

        Who is away takes nothing new.
        """
        if agent.status == "away":
            return None
        cases = (await self._handoffs.cases()).values()
        mine = sum(case.agent == agent.id for case in cases)
        present = frozenset(one.id for one in await self._agents.present())
        hand = Hand(agent.id, agent.languages, agent.topics, mine)
        waiting = await self._handoffs.waiting()
        chosen = next_for(hand, waiting, present, self._policy.capacity)
        return chosen.conversation_id if chosen else None
