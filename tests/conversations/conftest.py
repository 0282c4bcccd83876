"""The real house for every talk: trained once, each talk with a shop that nobody has touched."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from prometheus_client import REGISTRY

import bot.main
from bot.config import ROOT, Settings, load
from bot.main import at_work, open_house, open_names
from bot.nlu import Linear, listener
from tests.conversations.staff_at_work import Desk, Visiting
from tests.conversations.visitor import Noting, SettableClock, Visitor
from tests.support.rasa import RasaServer
from tests.support.served import PATIENCE_SECONDS

SHOPS = {
    "demo_shop": ROOT / "backend" / "demo_shop",
    "other_retailer": ROOT / "tests" / "fixtures" / "other_retailer",
}
SATURDAY_AFTERNOON = "2026-11-21T14:00:00+09:00"

OpenShop = Callable[..., AbstractAsyncContextManager[Callable[..., Visitor]]]
"""Open a house on a shop by its name; inside, make a visitor by language and channel.

`durable`: talks are kept in a database, not in memory.
"""


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each shop's database, just imported."""
    folder = tmp_path_factory.mktemp("shops")
    files = {name: folder / f"{name}.db" for name in SHOPS}
    for name, file in files.items():
        asyncio.run(_import(_settings(name, file, folder)))
    return files


async def _import(settings: Settings) -> None:
    async with open_names(settings):
        pass


@pytest.fixture(scope="session")
def understanding(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The settings of the engine that these talks are held with: `pytest --nlu rasa`."""
    if request.config.getoption("--nlu") == "rasa":
        return cast(RasaServer, request.getfixturevalue("rasa_server")).settings
    return {}


@pytest.fixture
def open_shop(
    engine: Linear,
    understanding: Mapping[str, str],
    untouched: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> OpenShop:
    monkeypatch.setattr(bot.main, "load_nlu", lambda: engine)
    monkeypatch.setattr(bot.main, "SystemClock", SettableClock)
    monkeypatch.setattr(bot.main, "Replies", Noting)
    # What is understood is asked here, not how fast this machine is.
    monkeypatch.setattr(listener, "PATIENCE_SECONDS", PATIENCE_SECONDS)

    @asynccontextmanager
    async def opened(shop: str, *, durable: bool = False) -> AsyncIterator[Callable[..., Visitor]]:
        shutil.copy(untouched[shop], tmp_path / "backend.db")
        settings = _settings(shop, tmp_path / "backend.db", tmp_path, **understanding)
        async with open_house(settings, durable=durable) as house, at_work(house):
            yield partial(Visitor, house, tmp_path / "codes.jsonl")

    return opened


@pytest.fixture
async def visiting(open_shop: OpenShop) -> AsyncIterator[Visiting]:
    """Customers of the demo shop, whose talks are kept in a database."""
    async with open_shop("demo_shop", durable=True) as visitor_speaking:
        yield visitor_speaking


@pytest.fixture
def desk(visiting: Visiting) -> Desk:
    """The staff of the demo shop."""
    return Desk(visiting("ja").house)


@pytest.fixture(autouse=True)
def nobody_else_understands() -> Iterator[None]:
    """The engine that talks are held with heard every word of them itself."""

    def fallbacks() -> float | None:
        return REGISTRY.get_sample_value("madoguchi_nlu_fallbacks_total")

    before = fallbacks()
    yield
    assert fallbacks() == before


def _settings(shop: str, database: Path, folder: Path, **understanding: str) -> Settings:
    settings = load(
        {
            "MADOGUCHI_SECRET_KEY": "only-for-these-talks",
            "MADOGUCHI_CLOCK": SATURDAY_AFTERNOON,
            "MADOGUCHI_DATABASE_URL": f"sqlite:///{folder / 'talks.db'}",
            "MADOGUCHI_BACKEND_DATABASE_URL": f"sqlite:///{database}",
            "MADOGUCHI_BACKEND_DATA": str(SHOPS[shop]),
            "MADOGUCHI_CODE_SINK": f"file:{folder / 'codes.jsonl'}",
            **understanding,
        },
        ROOT / "config.yml",
    )
    at_once = settings.bot.dialogue.model_copy(update={"settle_ms": 0})
    return settings.model_copy(
        update={"bot": settings.bot.model_copy(update={"dialogue": at_once})}
    )
