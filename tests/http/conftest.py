"""The app with a platform that signs its calls, and a counter in memory."""

from collections.abc import AsyncIterator, Iterator, MutableMapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pigeon import Pigeon, client_of
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from bot.channel.memory import InMemoryCounter
from bot.http import create_app


@pytest.fixture(autouse=True)
def log_lines() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged during a test."""
    with capture_logs() as lines:
        yield lines


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
