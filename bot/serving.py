"""The counter over HTTP: channels, workers and the web server, together or apart."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import FrameType
from typing import Any, Literal

import uvicorn
from fastapi import APIRouter
from prometheus_client import REGISTRY
from uvicorn.loops.auto import auto_loop_factory

from bot.config import Settings
from bot.desk.log_in import LogIn
from bot.desk.passwords import Passwords
from bot.http import create_app
from bot.http.desk import pages as desk_pages
from bot.http.desk.api import Conversations
from bot.http.desk.auth import Auth
from bot.http.desk.conduct import ConductOfCustomers
from bot.http.desk.events import Events
from bot.http.desk.guard import Guard
from bot.http.desk.helping import Helping
from bot.http.desk.openid import Provider
from bot.http.desk.panel import CustomerPanel
from bot.http.desk.records import Records
from bot.http.desk.sso import CALLBACK, SingleSignOn
from bot.main import House, at_work, login_pages, open_house

Role = Literal["all", "web", "worker"]
Pages = Callable[[House], Sequence[Any]]
"""Further routes of an open house."""


@asynccontextmanager
async def open_app(
    settings: Settings, role: Role = "all", pages: Pages = login_pages
) -> AsyncIterator[Any]:
    """The HTTP app of an open house; its workers answer unless the role is web only."""
    async with open_house(settings) as house, contextlib.AsyncExitStack() as stack:
        if role != "web":
            await stack.enter_async_context(at_work(house))
        app = create_app(
            list(house.channels.values()) if role != "worker" else [],
            house.front_desk,
            probes=house.probes,
            registry=REGISTRY,
            desk=_desk(house) if role != "worker" else (),
        )
        if role != "worker":
            await stack.enter_async_context(_beside(house.office.feed.run()))
        app.router.routes.extend(pages(house))
        yield app


def _desk(house: House) -> Sequence[APIRouter]:
    """The staff's desk: its pages, and the API behind them."""
    storage, settings = house.storage, house.settings
    log_in = LogIn(
        storage.agents,
        storage.desk_sessions,
        storage.desk_audit,
        Passwords(),
        house.clock,
        settings.secret(),
    )
    guard = Guard(log_in, settings.env.public_url)
    pages = APIRouter(routes=list(desk_pages.routes()))
    office = house.office
    sso = single_sign_on(settings, log_in, guard)
    parts: Sequence[Any] = (
        Auth(log_in, guard, sso=sso is not None),
        *([sso] if sso else []),
        Conversations(office, guard),
        Events(office, log_in, guard),
        CustomerPanel(office, guard),
        Helping(office, guard),
        ConductOfCustomers(office, guard),
        Records(office, guard),
    )
    return [pages, *(part.router() for part in parts)]


def single_sign_on(settings: Settings, log_in: LogIn, guard: Guard) -> SingleSignOn | None:
    """Where staff may log in elsewhere; None where the operator has not set it up."""
    config, env = settings.bot.desk.sso, settings.env
    if config is None or env.desk_sso_secret is None or env.public_url is None:
        return None
    provider = Provider(
        config.issuer,
        config.client_id,
        env.desk_sso_secret.get_secret_value(),
        f"{env.public_url.rstrip('/')}{CALLBACK}",
    )
    return SingleSignOn(provider, log_in, guard, config.role_claim)


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def serve(
    opening: AbstractAsyncContextManager[Any], host: str, port: int, ready: Any = None
) -> None:
    """Serve the app that is opened, until told to stop. `ready` is called once, when the port is
    open.

    On uvloop where there is one, as uvicorn by itself would.
    """
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(_serving(opening, host, port, ready))


async def _serving(
    opening: AbstractAsyncContextManager[Any], host: str, port: int, ready: Any
) -> None:
    async with opening as app:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
        server = _Server(config, ready)
        # What is there by now stays. Every full search of it for garbage would stop all
        # customers for a tenth of a second.
        gc.collect()
        gc.freeze()
        await server.serve()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Any) -> None:
        super().__init__(config)
        self._ready = ready

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop serving, at once when told again.

        uvicorn would raise the signal anew when it has stopped, and so end the process before
        what is open behind it is closed.
        """
        self.force_exit = self.should_exit
        self.should_exit = True

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self._ready is not None and self.started:
            self._ready()
