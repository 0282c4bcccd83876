"""The retailer's backend: over the wire, or the reference one inside this process."""

from __future__ import annotations

import contextlib
import importlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bot.clock import SystemClock
from bot.config import EMBEDDED, Environment, Settings
from bot.errors import Misconfigured
from bot.shop import connect


@asynccontextmanager
async def backend_client(
    settings: Settings, clock: SystemClock
) -> AsyncIterator[httpx.AsyncClient]:
    """A client for the backend: over the wire, or in this process through ASGI."""
    env = settings.env
    if env.backend_url != EMBEDDED:
        token = env.backend_token.get_secret_value() if env.backend_token else ""
        async with connect(env.backend_url.rstrip("/"), token) as http:
            yield http
        return
    app, token = embedded_backend(settings, clock)
    async with _opened(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with connect("http://backend.embedded", token, transport) as http:
            yield http


@asynccontextmanager
async def _opened(backend: Any) -> AsyncIterator[None]:
    """The embedded backend while it runs. Raises `Misconfigured` for data it cannot import."""
    failed = importlib.import_module("backend.importing").ImportFailed
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(backend.router.lifespan_context(backend))
        except failed as fault:
            raise Misconfigured([str(each) for each in fault.faults]) from fault
        yield


def embedded_backend(settings: Settings, clock: SystemClock) -> tuple[Any, str]:
    """The reference backend's app and its service token. Loaded by name: `bot` imports nothing
    of it, and a retailer with a backend of their own may leave the folder out."""
    backend = importlib.import_module("backend.app")
    made = backend_settings(settings, clock)
    return backend.create_app(made), made.token


def backend_settings(settings: Settings, clock: SystemClock) -> Any:
    """What the reference backend is told by our settings."""
    env: Environment = settings.env
    token = env.backend_token.get_secret_value() if env.backend_token else secrets.token_urlsafe()
    return importlib.import_module("backend.settings").BackendSettings(
        database_url=env.backend_database_url,
        token=token,
        secret=settings.secret(),
        data=env.backend_data,
        code_sink=env.code_sink,
        hold_hours=settings.bot.holds.hours,
        hold_limit=settings.bot.holds.limit,
        clock=clock.now,
    )
