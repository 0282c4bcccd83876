"""Token buckets: a burst at once, then a steady rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

from bot.errors import TooMany

READS_FOR_A_MESSAGE = 25
"""A page looks for answers far more often than its customer writes."""
_SWEEP_FROM = 10_000


@dataclass(frozen=True)
class Rate:
    """`burst` requests at once, and `per_second` more every second."""

    burst: int
    per_second: float

    def times(self, factor: int) -> Rate:
        """As many times as fast."""
        return Rate(self.burst * factor, self.per_second * factor)


@dataclass(frozen=True)
class Limits:
    """How fast customers may write: one account, one network address, all together."""

    account: Rate
    address: Rate
    total: Rate

    def for_reading(self) -> Limits:
        """How fast pages may look for answers."""
        every = (self.account, self.address, self.total)
        return Limits(*(rate.times(READS_FOR_A_MESSAGE) for rate in every))


class Buckets:
    """One bucket a key; a full bucket takes no room. `now` is real time."""

    def __init__(self, rate: Rate, now: Callable[[], datetime]) -> None:
        self._rate = rate
        self._now = now
        self._levels: dict[str, tuple[float, datetime]] = {}
        self._sweep_at = _SWEEP_FROM

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: str) -> None:
        """Take one token. Raises `bot.errors.TooMany` when there is none yet."""
        now = self._now()
        level = self._level(key, now)
        if level < 1:
            raise TooMany((1 - level) / self._rate.per_second)
        self._levels[key] = (level - 1, now)
        if len(self._levels) > self._sweep_at:
            self._sweep(now)

    def _level(self, key: str, now: datetime) -> float:
        level, at = self._levels.get(key, (float(self._rate.burst), now))
        # A clock that is set back must not take tokens away.
        gained = max((now - at).total_seconds(), 0.0) * self._rate.per_second
        return min(level + gained, self._rate.burst)

    def _sweep(self, now: datetime) -> None:
        self._levels = {
            key: kept
            for key, kept in self._levels.items()
            if self._level(key, now) < self._rate.burst
        }
        self._sweep_at = max(_SWEEP_FROM, 2 * len(self._levels))


class Limiter:
    """Admits requests by all limits that apply to them."""

    def __init__(self, limits: Limits, now: Callable[[], datetime]) -> None:
        self._accounts = Buckets(limits.account, now)
        self._addresses = Buckets(limits.address, now)
        self._total = Buckets(limits.total, now)

    def admit(self, *, address: str, account: str | None = None) -> None:
        """Count one request. Raises `bot.errors.TooMany`.

        The narrowest limit comes first: who is over it uses up nobody else's share.
        """
        if account is not None:
            self._accounts.take(account)
        self._addresses.take(address)
        self._total.take("")


def address_of(request: Request) -> str:
    """The network address a request counts against; an IPv6 customer is a whole /64.

    Behind a proxy the server has already put the customer's address in place of the proxy's.
    """
    address = request.client.host if request.client else ""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or f"{int(parsed) >> 64:016x}::/64")
