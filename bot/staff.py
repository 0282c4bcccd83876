"""The door "desk": what can be said of the staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from bot.errors import Unavailable
from bot.handoff.hours import Shift, desk_hours
from bot.ports import Caller, Clock
from bot.shopfront.base import Effect, Query
from bot.shopfront.house import WhenStaffAnswer


class DeskDoor:
    """The door "desk": what can be said of the staff, by the operator's configuration."""

    def __init__(
        self, shifts: Sequence[Shift], clock: Clock, zone: tzinfo, closed_on_holidays: bool
    ) -> None:
        self._shifts = shifts
        self._clock = clock
        self._zone = zone
        self._closed_on_holidays = closed_on_holidays

    async def answer(self, query: Query[Any], caller: Caller) -> object:
        """When staff answer."""
        match query:
            case WhenStaffAnswer():
                return desk_hours(
                    self._shifts,
                    self._clock.now(),
                    self._zone,
                    closed_on_holidays=self._closed_on_holidays,
                )
        raise Unavailable(type(query).__name__)

    async def perform(self, effect: Effect[Any], key: str, caller: Caller) -> object:
        """This door does nothing. Raises `Unavailable`."""
        raise Unavailable(type(effect).__name__)
