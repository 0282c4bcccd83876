"""What a channel opened to its platform is closed with the house, whoever used it."""

from __future__ import annotations

from pathlib import Path

import pytest

import bot.main
from bot.config import ROOT, Settings, load
from bot.main import open_channels, open_house
from bot.nlu import Linear
from connectors.line.channel import Line
from connectors.telegram.channel import Telegram
from tests.support import line, telegram
from tests.support.small_shop import write_small_shop


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of channels that were closed."""
    names: list[str] = []
    for kind in (Line, Telegram):
        close = kind.close

        async def noted(channel: Line | Telegram, close=close) -> None:  # type: ignore[no-untyped-def]
            await close(channel)
            names.append(channel.name)

        monkeypatch.setattr(kind, "close", noted)
    return names


def settings(folder: Path, line_base: str, telegram_base: str) -> Settings:
    given = {
        "SECRET_KEY": "a key for this test",
        "DATABASE_URL": f"sqlite:///{folder / 'counter.db'}",
        "BACKEND_DATABASE_URL": f"sqlite:///{folder / 'backend.db'}",
        "BACKEND_DATA": str(write_small_shop(folder / "shop")),
        "LINE_CHANNEL_SECRET": line.SECRET,
        "LINE_ACCESS_TOKEN": line.TOKEN,
        "LINE_API_BASE": line_base,
        "LINE_DATA_API_BASE": line_base,
        "TELEGRAM_TOKEN": telegram.TOKEN,
        "TELEGRAM_SECRET": telegram.SECRET,
        "TELEGRAM_API_BASE": telegram_base,
    }
    return load({f"MADOGUCHI_{k}": v for k, v in given.items()}, ROOT / "config.yml")


async def test_whatever_was_opened_is_closed(
    tmp_path: Path, engine: Linear, monkeypatch: pytest.MonkeyPatch, closed: list[str]
) -> None:
    monkeypatch.setattr(bot.main, "load_nlu", lambda: engine)
    platform = telegram.Platform(telegram.TOKEN)
    async with line.line_at() as (_, line_base), telegram.telegram(platform) as telegram_base:
        made = settings(tmp_path, line_base, telegram_base)
        async with open_house(made) as house:
            for name in ("line", "telegram"):
                assert await house.channels[name].invitation("12345678")
            assert closed == []
        assert sorted(closed) == ["line", "telegram"]
        async with open_channels(made) as channels:
            assert await channels["line"].invitation("12345678")
        assert sorted(closed) == ["line", "line", "telegram", "telegram"]
