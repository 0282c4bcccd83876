"""The desk with its staff and nothing behind it, for tests of who gets in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx
from argon2 import PasswordHasher
from fastapi import APIRouter, Depends
from prometheus_client import CollectorRegistry

from bot.channel.memory import InMemoryCounter
from bot.desk.log_in import LogIn
from bot.desk.passwords import Passwords
from bot.desk.roster import Roster
from bot.http import create_app
from bot.http.desk.auth import Auth
from bot.http.desk.guard import Guard, SignedIn
from bot.ports import Role
from bot.storage import Storage, memory_storage
from tests.storage.counter import SETTINGS, MovableClock

PASSWORD = "correct horse battery"
EMAIL = "sato@shop.example"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ROLES: tuple[Role, ...] = ("agent", "supervisor", "admin", "store")


@dataclass
class Office:
    """The desk with its staff, one of each role, and browsers to work in."""

    storage: Storage
    clock: MovableClock
    roster: Roster
    app: object

    def browser(self, address: str = "198.51.100.7", **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(address, 50_000))  # type: ignore[arg-type]
        base = "https://desk.example"
        return httpx.AsyncClient(transport=transport, base_url=base, headers=headers)

    async def actions(self) -> list[tuple[str, str | None]]:
        entries = await self.storage.desk_audit.entries(before=None, limit=100)
        return [(entry.what.action, entry.agent_name) for entry in reversed(entries)]


def routes_by_role(guard: Guard) -> APIRouter:
    """A route for everybody, and one for each role."""
    router = APIRouter(prefix="/desk/api/test", dependencies=[Depends(guard)])

    async def name(session: SignedIn) -> str:
        return session.agent.name

    router.add_api_route("/any", name, methods=["GET", "POST"])
    for role in ROLES:
        router.add_api_route(
            f"/{role}", name, methods=["GET", "POST"], dependencies=[Depends(guard.needs(role))]
        )
    return router


More = Callable[[LogIn, Guard], APIRouter]


def opened(
    passwords: Passwords, public_url: str | None = "https://desk.example", *more: More
) -> Office:
    """An office whose desk is there; `more` are further routes of it."""
    clock = MovableClock()
    storage = memory_storage(clock, SETTINGS)
    log_in = LogIn(
        storage.agents, storage.desk_sessions, storage.desk_audit, passwords, clock, "secret"
    )
    guard = Guard(log_in, public_url)
    app = create_app(
        [],
        InMemoryCounter(),
        probes={},
        registry=CollectorRegistry(),
        desk=[
            Auth(log_in, guard).router(),
            routes_by_role(guard),
            *(each(log_in, guard) for each in more),
        ],
    )
    roster = Roster(storage.agents, storage.desk_audit, passwords, ("ja", "en"))
    return Office(storage, clock, roster, app)
