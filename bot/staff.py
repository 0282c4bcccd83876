"""The door "desk": what can be said of the staff."""

from __future__ import annotations

from typing import Any

from bot.errors import Unavailable
from bot.handoff.policy import Policy
from bot.ports import Caller, Clock, Handoffs
from bot.shopfront.base import Effect, Query
from bot.shopfront.house import WhenStaffAnswer


class DeskDoor:
    """The door "desk": what can be said of the staff, by the operator's configuration."""

    def __init__(self, policy: Policy, handoffs: Handoffs, clock: Clock) -> None:
        self._policy = policy
        self._handoffs = handoffs
        self._clock = clock

    async def answer(self, query: Query[Any], caller: Caller) -> object:
        """When staff answer."""
        match query:
            case WhenStaffAnswer():
                return self._policy.hours(self._clock.now())
        raise Unavailable(type(query).__name__)

    async def perform(self, effect: Effect[Any], key: str, caller: Caller) -> object:
        """This door does nothing. Raises `Unavailable`."""
        raise Unavailable(type(effect).__name__)
