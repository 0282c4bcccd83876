"""What runs beside the requests of customers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from backend.customers.code_sink import code_sink


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[None]:
    """Inside, one-time codes can be sent; the database of `app` must be open already."""
    app.state.code_sink = code_sink(app.state.settings.code_sink)
    try:
        yield
    finally:
        await app.state.code_sink.close()
