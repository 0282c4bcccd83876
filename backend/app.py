"""The backend as an ASGI app.

Embedding it: the composition root calls `create_app(settings)`, runs its lifespan (httpx's
`ASGITransport` does not) and talks to it in process::

    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://backend") as shop:
            await shop.get("/v1/health", headers={"Authorization": f"Bearer {settings.token}"})
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

from backend import customers, login
from backend.catalogue.hours import japanese_holidays
from backend.catalogue.routers import routers as catalogue_routers
from backend.conventions.access import service
from backend.conventions.envelope import Envelope
from backend.conventions.problems import install_problems
from backend.database import Database
from backend.importing import import_folder, is_empty
from backend.migrations import upgrade
from backend.settings import BackendSettings

ROUTERS: tuple[APIRouter, ...] = (*catalogue_routers, *customers.routers)


def create_app(settings: BackendSettings) -> FastAPI:
    """Make the app. Its lifespan migrates the database, opens it and closes it.

    An empty database gets the folder `settings.data` first; ImportFailed stops the start.

    Unexpected faults are logged, answered with 500 and raised again to the server; a caller
    through `ASGITransport` sets `raise_app_exceptions=False` to see the answer.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await upgrade(settings.database_url)
        app.state.database = Database(settings.database_url)
        app.state.faq = {}
        # Nobody who asks for opening hours should wait for it.
        loading = asyncio.create_task(asyncio.to_thread(japanese_holidays))
        try:
            await _import_data(settings, app.state.database)
            async with customers.running(app):
                yield
        finally:
            await loading
            await app.state.database.close()

    app = FastAPI(
        title="Madoguchi unified backend",
        version="1",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.operations = _operations()
    app.add_middleware(Envelope)
    install_problems(app)
    for router in ROUTERS:
        app.include_router(router, prefix="/v1", dependencies=[Depends(service)])
    app.router.routes.extend(login.routes(_own_client(app, settings.token)))
    return app


def _own_client(app: FastAPI, token: str) -> httpx.AsyncClient:
    """The API as the retailer's own pages call it."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://backend",
        headers={"Authorization": f"Bearer {token}"},
    )


async def _import_data(settings: BackendSettings, database: Database) -> None:
    if settings.data is not None and await is_empty(database.engine):
        await import_folder(settings.data, database.engine, settings.clock)


def _operations() -> list[str]:
    """Every operation as `GET /stores/{store_id}`; the OpenAPI document takes longer to make."""
    return sorted(
        f"{method} {route.path}"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    )
