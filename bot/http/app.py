"""The HTTP app, put together from what the composition root hands in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from bot.channel import Channel, Counter
from bot.http.envelope import Envelope
from bot.http.health import Health, Probe
from bot.http.problems import install_problems
from bot.http.webhooks import Webhooks

Hook = Callable[[], AbstractAsyncContextManager[object]]
"""Something that runs as long as the app does: entered at the start, left at the end."""


def create_app(
    channels: Sequence[Channel],
    counter: Counter,
    *,
    probes: Mapping[str, Probe],
    registry: CollectorRegistry,
    hooks: Sequence[Hook] = (),
) -> FastAPI:
    """Make the app: webhooks, the channels' own routes, health and metrics.

    Hooks are entered in order before the first request and left in reverse after the last.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            for hook in hooks:
                await running.enter_async_context(hook())
            yield

    app = FastAPI(
        title="Madoguchi",
        version=version("madoguchi"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.add_middleware(Envelope)
    install_problems(app)
    by_name = {channel.name: channel for channel in channels}
    app.include_router(Health(probes, registry).router())
    app.include_router(Webhooks(by_name, counter, registry).router())
    for channel in channels:
        app.router.routes.extend(channel.routes(counter))
    return app
