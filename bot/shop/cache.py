"""Answers kept for a while, as long as the contract's table allows for each resource."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel

from bot.customers.profile import Trust
from bot.shop.client import Params

LARGEST_BYTES = 4 * 1024 * 1024
"""As they came; read, they take several times as much."""


@dataclass(frozen=True)
class Policy:
    """Ages an answer may reach: used unasked, used while asked anew, used if asking fails."""

    fresh: timedelta
    while_revalidating: timedelta
    if_error: timedelta

    def within(self, max_age: float | None) -> Policy:
        """No fresher than the backend says; what it wants asked every time is asked every time."""
        if max_age is None:
            return self
        told = timedelta(seconds=max_age)
        later = self.while_revalidating if told else told
        return Policy(min(self.fresh, told), later, self.if_error)


_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

PRODUCTS = Policy(15 * _MINUTE, _DAY, 7 * _DAY)
STORES = Policy(6 * _HOUR, _DAY, 7 * _DAY)
STOCK_IN_STORE = Policy(60 * _SECOND, 2 * _MINUTE, 15 * _MINUTE)
STOCK_ONLINE = Policy(30 * _SECOND, 60 * _SECOND, 10 * _MINUTE)
ORDERS = Policy(30 * _SECOND, 2 * _MINUTE, 60 * _MINUTE)
PICKUPS = Policy(30 * _SECOND, 60 * _SECOND, 10 * _MINUTE)
POINTS = Policy(60 * _SECOND, 5 * _MINUTE, _DAY)
COUPONS = Policy(60 * _SECOND, 5 * _MINUTE, 60 * _MINUTE)
RULES = PRODUCTS
NEVER = Policy(timedelta(), timedelta(), timedelta())


@dataclass(frozen=True)
class Key:
    """What was asked, in which language, and for whom: `member` with the trust of that moment."""

    port: str
    path: str
    params: Params
    language: str
    member: tuple[str, Trust] | None = None


@dataclass(frozen=True)
class Kept:
    """An answer, as it was read from `size` bytes.

    `at` is real time, `observed` the business time of the same moment.
    """

    value: BaseModel
    size: int
    etag: str | None
    at: datetime
    observed: datetime
    policy: Policy


class Cache:
    """Answers by key, the least used dropped first when they take too many bytes."""

    def __init__(self, largest_bytes: int = LARGEST_BYTES) -> None:
        self._largest = largest_bytes
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self.generation = 0
        """Changes when something is forgotten: what was asked before must not be kept after."""

    def get(self, key: Key) -> Kept | None:
        """The kept answer, however old."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Key, kept: Kept, *, asked_in: int) -> None:
        """Keep an answer to a question that was asked in that generation."""
        if asked_in != self.generation or kept.size > self._largest:
            return
        self.drop(key)
        self._kept[key] = kept
        self._bytes += kept.size
        while self._bytes > self._largest:
            self.drop(next(iter(self._kept)))

    def drop(self, key: Key) -> None:
        """Forget one answer."""
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._bytes -= gone.size

    def forget_member(self, member_id: str) -> None:
        """Forget all that was answered about a member."""
        self._forget([key for key in self._kept if key.member and key.member[0] == member_id])

    def forget_ports(self, *ports: str, mentioning: str | None = None) -> None:
        """Forget what these ports answered; `mentioning` only where that id was asked about."""
        told = [
            key
            for key in self._kept
            if key.port in ports
            and (mentioning is None or any(value == mentioning for _, value in key.params))
        ]
        self._forget(told)

    def _forget(self, keys: list[Key]) -> None:
        self.generation += 1
        for key in keys:
            self.drop(key)
