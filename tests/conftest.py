"""What several kinds of tests share: empty databases, and a trained model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.config import ROOT
from bot.nlu import Linear, load_or_train, train
from bot.storage import upgrade
from tests.support.command import Terminal
from tests.support.databases import DATABASES, Empty, postgresql
from tests.support.rasa import RasaServer


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", metavar="DIR", help="keep pictures of the pages here")
    parser.addoption("--nlu", choices=("linear", "rasa"), default="linear", help="who understands")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that need a Rasa server are left out unless it is asked for: `make test-rasa`."""
    if config.getoption("--nlu") == "linear":
        left_out = [item for item in items if item.get_closest_marker("rasa")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Empty:
    """Databases of the counter, with all tables; every test gets a copy."""
    return Empty("counter", tmp_path_factory.mktemp("counter"), upgrade)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One PostgreSQL server for the whole run."""
    with postgresql() as url:
        yield url


@pytest.fixture(params=DATABASES)
async def url(request: pytest.FixtureRequest, empty: Empty) -> AsyncIterator[str]:
    """An empty database with all tables: once on SQLite, once on PostgreSQL."""
    async with empty.database(request.param, request) as found:
        yield found


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """A terminal in an empty folder, to type `madoguchi` commands in."""
    return Terminal(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="session")
def models(pytestconfig: pytest.Config) -> Path:
    """A folder with a trained model; kept between runs while the training data is the same."""
    folder = pytestconfig.cache.mkdir("models")
    train(ROOT / "nlu_data", folder)
    return folder


@pytest.fixture(scope="session")
def rasa_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaServer]:
    """A Rasa server with a model of nlu_data."""
    server = RasaServer(tmp_path_factory.mktemp("rasa") / "log")
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture
def mortal_rasa(rasa_server: RasaServer) -> Iterator[RasaServer]:
    """The same server where it may be killed: whoever comes next finds it running."""
    yield rasa_server
    rasa_server.start()


@pytest.fixture(scope="session")
def engine(models: Path) -> Linear:
    """The understanding, as customers meet it."""
    return load_or_train(ROOT / "nlu_data", models)
