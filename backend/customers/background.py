"""What runs beside the requests of customers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from backend.clock import Clock
from backend.customers.code_sink import code_sink
from backend.customers.hold_book import expire_holds
from backend.database import Database

SWEEP_SECONDS = 60

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[None]:
    """Inside, one-time codes can be sent and holds expire by themselves.

    The database of `app` must be open already.
    """
    settings = app.state.settings
    app.state.code_sink = code_sink(settings.code_sink)
    sweeper = asyncio.create_task(_sweep(app.state.database, settings.clock))
    try:
        yield
    finally:
        sweeper.cancel()
        await asyncio.gather(sweeper, return_exceptions=True)
        await app.state.code_sink.close()


async def _sweep(database: Database, clock: Clock) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            async with database.writing() as session, session.begin():
                ended = await expire_holds(session, clock())
        except SQLAlchemyError as fault:
            log.error("holds not swept", fault=type(fault).__name__)
        else:
            if ended:
                log.info("holds expired", count=ended)
