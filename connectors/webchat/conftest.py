"""A web chat with its counter, and a clock moved by hand."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot.channel.memory import InMemoryCounter
from connectors.webchat import InMemorySessions, WebChat

SECRET = "the key of the shop, long enough for HS256"  # noqa: S105


class MovableClock:
    """Real time as the tests would have it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


def browser(app: Starlette, *, address: str = "198.51.100.7", **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=(address, 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://chat.example", headers=headers)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def counter() -> InMemoryCounter:
    return InMemoryCounter()


@pytest.fixture
def sessions() -> InMemorySessions:
    return InMemorySessions()


@pytest.fixture
def webchat(sessions: InMemorySessions, clock: MovableClock) -> WebChat:
    return WebChat(sessions, now=clock, origins=["https://shop.example"], identity_key=SECRET)


@pytest.fixture
def app(webchat: WebChat, counter: InMemoryCounter) -> Starlette:
    return Starlette(routes=webchat.routes(counter))


@pytest.fixture
async def page(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has not opened a session yet."""
    async with browser(app) as client:
        yield client


@pytest.fixture
async def visitor(page: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser with a session."""
    opened = await page.post("/webchat/sessions", json={})
    page.headers["Authorization"] = f"Bearer {opened.json()['token']}"
    return page


def of_type(response: httpx.Response, slug: str) -> bool:
    """Is this answer a problem of that name?"""
    problem = response.json()
    return (
        response.headers["content-type"] == "application/problem+json"
        and problem["type"] == f"urn:problem:{slug}"
        and problem["status"] == response.status_code
    )
