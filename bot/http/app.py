"""The HTTP app, put together from what the composition root hands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from bot.channel import Channel, Counter
from bot.http.envelope import Envelope
from bot.http.health import Health, Probe
from bot.http.problems import install_problems
from bot.http.webhooks import Webhooks


def create_app(
    channels: Sequence[Channel],
    counter: Counter,
    *,
    probes: Mapping[str, Probe],
    registry: CollectorRegistry,
    desk: Sequence[APIRouter] = (),
) -> FastAPI:
    """Make the app: webhooks, the channels' own routes, the staff's desk, health and metrics."""
    app = FastAPI(
        title="Madoguchi",
        version=version("madoguchi"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_middleware(Envelope)
    install_problems(app)
    by_name = {channel.name: channel for channel in channels}
    app.include_router(Health(probes, registry).router())
    app.include_router(Webhooks(by_name, counter, registry).router())
    for router in desk:
        app.include_router(router)
    for channel in channels:
        app.router.routes.extend(channel.routes(counter))
    return app
