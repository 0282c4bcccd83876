"""What the bot answered wrong, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.ports import Correction
from bot.storage.encoding import words_of
from bot.storage.memory.agents import Staff
from bot.storage.memory.house import House, Lane


class MemoryLearning:
    """`bot.ports.Learning`."""

    def __init__(self, house: House, staff: Staff) -> None:
        self._house = house
        self._staff = staff
        self._kept: dict[str, tuple[datetime, str, str]] = {}

    async def correct(self, item_id: str, agent_id: str, right: str) -> tuple[str, str] | None:
        found = self._line(item_id)
        if found is None or found[1] < found[0].hidden:
            return None
        self._kept.pop(item_id, None)
        self._kept[item_id] = (self._house.clock.now(), agent_id, right)
        talk = found[0].talk
        return talk.conversation_id, talk.customer_id

    def _line(self, item_id: str) -> tuple[Lane, int] | None:
        """The account, and the place of the bot's line on it."""
        for number, lane in enumerate(self._house.lanes.values(), 1):
            for place, (_turn, _letter, item) in enumerate(lane.items):
                if item_id == f"t-{number}-{item.cursor}" and item.author == "bot":
                    return lane, place
        return None

    async def corrections(self, limit: int) -> Sequence[Correction]:
        return [self._correction(item_id) for item_id in list(reversed(self._kept))[:limit]]

    def _correction(self, item_id: str) -> Correction:
        found, (at, agent_id, right) = self._line(item_id), self._kept[item_id]
        assert found is not None
        lane, place = found
        items = [item for _turn, _letter, item in lane.items]
        said = [item for item in items[:place] if item.author == "customer"]
        return Correction(
            item_id,
            lane.talk.conversation_id,
            at,
            self._staff.agents[agent_id].name,
            words_of(said[-1].content) if said else "",
            words_of(items[place].content),
            right,
        )
