"""The app with a platform that signs its calls, and a counter in memory."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from pigeon import Pigeon, client_of
from prometheus_client import CollectorRegistry

from bot.channel.memory import InMemoryCounter
from bot.http import create_app


@pytest.fixture
def counter() -> InMemoryCounter:
    return InMemoryCounter()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def app(counter: InMemoryCounter, registry: CollectorRegistry) -> FastAPI:
    return create_app([Pigeon()], counter, probes={}, registry=registry)


@pytest.fixture
async def platform(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client
