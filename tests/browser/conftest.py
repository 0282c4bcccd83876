"""One counter and one Chromium for all pages; every visitor has a browser profile of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.browser.host import Host, hosting
from tests.support.server import Server

if TYPE_CHECKING:
    # Playwright may be missing; then the tests are skipped before they need a fixture.
    from tests.browser.chromium import Browser, Page
    from tests.browser.desk import Desks
    from tests.browser.visits import Visits

HERE = Path(__file__).parent
IDENTITY_KEY = "the key of the shop, long enough for HS256"
NOW = "2026-11-21T14:00:00+09:00"
SETTINGS = {
    "SECRET_KEY": "a key for this test",
    "WEBCHAT_IDENTITY_KEY": IDENTITY_KEY,
    "LIMITS": "off",
    "CLOCK": NOW,
}
Photograph = Callable[["Page", str], Awaitable[None]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A Chromium belongs to one event loop, so all of these tests share one."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
            if pytest_asyncio.is_async_test(item):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """The shop's pages, on another origin than the counter's."""
    with hosting() as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    from tests.browser.chromium import chromium

    async with chromium() as opened:
        yield opened


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[Server]:
    """A server from its start to its end; it may not have failed at anything."""
    try:
        await server.start()
        yield server
        assert "Traceback" not in server.log()
    finally:
        await server.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def counter(
    host: Host, models: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Server]:
    """`madoguchi demo`, with the demo shop; visitors share it."""
    settings = {**SETTINGS, "WEBCHAT_ORIGINS": host.origin}
    folder = tmp_path_factory.mktemp("demo")
    async with running(Server(folder, models, settings, command="demo")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def visits(browser: Browser, host: Host) -> AsyncIterator[Visits]:
    """Opens the shop's pages; at the end, no page may have reported a fault."""
    from tests.browser.visits import Visits

    opened = Visits(browser, host)
    yield opened
    await opened.close()
    assert opened.faults == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def staffed(counter: Server) -> Server:
    """The counter, with staff at its desk."""
    from tests.browser.desk import EVERYBODY, hire

    await hire(counter, *EVERYBODY)
    return counter


@pytest_asyncio.fixture(loop_scope="session")
async def desks(browser: Browser, staffed: Server) -> AsyncIterator[Desks]:
    """Opens desks; at the end, no page may have reported a fault."""
    from tests.browser.desk import Desks

    opened = Desks(browser, staffed)
    yield opened
    await opened.close()
    assert opened.faults == []


@pytest.fixture(scope="session")
def photograph(pytestconfig: pytest.Config) -> Photograph:
    """Keeps a picture of a page where `--screenshots` says."""
    folder = pytestconfig.getoption("--screenshots")

    async def take(page: Page, name: str) -> None:
        if folder:
            await page.screenshot(path=Path(folder) / f"{name}.png")

    return take
