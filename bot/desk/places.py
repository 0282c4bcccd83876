"""Tells who waits for a person that their place in the queue has moved."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.handoff.desk import State
from bot.handoff.queue import Waiting, in_order
from bot.messages.inbound import QueueMoved
from bot.ports import Change, Clock, DeskTalk, Handoffs


class Places:
    """Looks how the queue moves. Any number of processes may do so at once: a place is told once.

    Nobody is told more often than `every`, and only on channels that are `free`: where it costs
    the operator something to write unasked, customers ask for their place.
    """

    def __init__(
        self, handoffs: Handoffs, clock: Clock, every: timedelta, free: Collection[str]
    ) -> None:
        self._handoffs = handoffs
        self._clock = clock
        self._every = every
        self._free = free
        self._told: dict[str, tuple[int, datetime]] = {}

    async def look(self) -> None:
        """Tell everybody whose place is another than they know, if it is time."""
        told, self._told = self._told, {}
        for place, one in enumerate(in_order(await self._handoffs.waiting()), 1):
            if one.case.state is not State.WAITING:
                break  # who is answered later comes last, and has been told so
            assert one.case.since is not None
            # They were told their place when they began to wait.
            known, at = told.get(one.conversation_id, (place, one.case.since))
            if place != known and self._clock.now() - at >= self._every:
                await self._tell(one, place)
                known, at = place, self._clock.now()
            self._told[one.conversation_id] = known, at

    async def _tell(self, one: Waiting, place: int) -> None:
        def decide(talk: DeskTalk) -> Change:
            account, case = talk.account, talk.case
            if account is None or talk.blocked or case.state is not State.WAITING:
                return Change(case)
            if account.channel not in self._free:
                return Change(case)
            letter = f"place:{case.id}:{place}"
            moved = QueueMoved(id=letter, account=account, at=self._clock.real())
            return Change(case, letters=(moved,))

        await self._handoffs.change(one.conversation_id, decide)
