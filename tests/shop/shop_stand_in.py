"""The far side of the wire, and what the doors rely on, for tests."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bot.messages import Account
from bot.ports import Proof

PHONE_ACCOUNT = Account("line", "U4af4980629")
BUSINESS = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # noon in Tokyo, a Saturday
REAL = datetime(2026, 3, 1, 0, 0, tzinfo=UTC)


class StoppedClock:
    """Business time and real time are far apart, so that a mix-up shows."""

    def __init__(self) -> None:
        self.passed = timedelta()
        self.slept: list[float] = []

    def now(self) -> datetime:
        return BUSINESS + self.passed

    def real(self) -> datetime:
        return REAL + self.passed

    def forward(self, **amount: float) -> None:
        self.passed += timedelta(**amount)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.forward(seconds=seconds)


Told = Any
"""A JSON body, a response, an exception to raise, or a function of the request, which may wait."""


def problem(
    slug: str, status: int, retry_after: int | None = None, **members: Any
) -> httpx.Response:
    body = {"type": f"urn:problem:{slug}", "title": slug, "status": status, **members}
    headers = {"content-type": "application/problem+json"}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    return httpx.Response(status, content=json.dumps(body).encode(), headers=headers)


def page(*items: Any, cursor: str | None = None) -> dict[str, Any]:
    return {"items": list(items), "next_cursor": cursor}


@dataclass
class StandIn:
    """Answers by method and path; several answers are given one after another, the last stays."""

    answers: dict[str, list[Told]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    def tell(self, what: str, *told: Told) -> None:
        """`what` is "GET /stores"."""
        self.answers[what] = list(told)

    def times(self, what: str) -> int:
        return len(self.requests(what))

    def requests(self, what: str) -> list[httpx.Request]:
        return [request for request in self.asked if _name(request) == what]

    def last(self, what: str) -> httpx.Request:
        return self.requests(what)[-1]

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        told = self.answers.get(_name(request))
        if told is None:
            return problem("not-found", 404)
        now = told[0] if len(told) == 1 else told.pop(0)
        if callable(now):
            now = now(request)
        if isinstance(now, Awaitable):
            now = await now
        if isinstance(now, Exception):
            raise now
        if isinstance(now, httpx.Response):
            return httpx.Response(now.status_code, headers=now.headers, content=now.content)
        return httpx.Response(200, json=now)


def _name(request: httpx.Request) -> str:
    path = request.url.raw_path.decode().split("?")[0]
    return f"{request.method} {path.removeprefix('/v1')}"


@dataclass
class Customers:
    """Remembers who was proven."""

    proven: list[tuple[Account, Proof, str]] = field(default_factory=list)

    async def prove(self, account: Account, proof: Proof, *, by: str) -> None:
        self.proven.append((account, proof, by))


STORE = {"id": "shibuya", "name": "渋谷店", "kind": "store", "lat": 35.66, "lng": 139.7}
LEVEL = {
    "variant_id": "v1",
    "store_id": "shibuya",
    "on_hand": 3,
    "available": 2,
    "display": "low",
    "as_of": "2026-11-21T11:58:00+09:00",
    "source": "pos",
    "stale": False,
}
ORDER = {
    "id": "o-1",
    "order_no": "A-1",
    "channel": "ec",
    "placed_at": "2026-11-18T10:00:00+09:00",
    "status": "shipped",
    "payment_status": "paid",
    "lines": [{"line_id": "1", "name": "ソラ", "options": {"サイズ": "26.5cm"}, "quantity": 1}],
    "totals": {"total": {"currency": "JPY", "amount": 12900}},
    "shipments": [],
    "allowed_actions": [],
}
PICKUP = {
    "order_id": "o-1",
    "store_id": "shibuya",
    "status": "ready",
    "ready_at": "2026-11-20T18:00:00+09:00",
    "hold_until": "2026-11-27",
    "allowed_actions": ["extend", "change_store", "cancel"],
    "as_of": "2026-11-21T11:59:00+09:00",
}
