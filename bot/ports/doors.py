"""Doors that answer queries and perform effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.customers.profile import Trust
from bot.messages import Account
from bot.shopfront.base import Effect, Query


@dataclass(frozen=True)
class Caller:
    """For whom a door is asked.

    `session` is the backend's Customer-Session of the account, where it was proven; `deadline`
    the real time by which reads must have answered.
    """

    account: Account
    language: str
    member_id: str | None = None
    session: str | None = None
    trust: Trust = Trust.ANONYMOUS
    deadline: datetime | None = None


@dataclass(frozen=True)
class Proof:
    """A member proven by the backend, with the session it gave."""

    member_id: str
    session: str
    trust: Trust
    name: str | None = None
    usual_store: str | None = None
    language: str | None = None


class Door(Protocol):
    """Whoever answers the queries and performs the effects of one `door` name."""

    async def answer(self, query: Query[Any], caller: Caller) -> object:
        """The answer. Raises `bot.errors.Unavailable` when there is none in time."""

    async def perform(self, effect: Effect[Any], key: str, caller: Caller) -> object:
        """The outcome, refusals included; the same `key` never acts twice.

        Raises `bot.errors.Unavailable` when nothing happened for sure, and
        `bot.errors.OutcomeUnknown` when it may have.
        """
