"""The names of a small shop, and somebody who listens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.clock import SystemClock
from bot.dialogue.heard import Expecting, Heard
from bot.nlu import Linear, Listener, Reader
from bot.ports import Lexicon, ProductName, StoreName

Hear = Callable[..., Heard]


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    shoe_axes = {"サイズ": ("26", "26.5", "27"), "カラー": ("ブラック", "ホワイト")}
    return Lexicon(
        version="1",
        products=(
            ProductName("p1", "ソラ ランニングシューズ", ("ソラ", "Sora"), "シューズ", None,
                        shoe_axes, "Sora running shoes"),
            ProductName("p2", "カゼ スニーカー", (), "シューズ", None, shoe_axes, "Kaze sneakers"),
            ProductName("p3", "ナミ スニーカー", (), "シューズ", None, shoe_axes, "Nami sneakers"),
            ProductName("p4", "Tシャツ", (), "トップス", None,
                        {"size": ("S", "M", "L"), "柄": ("ボーダー", "無地")}, "T-shirt"),
        ),
        stores=(
            StoreName("s1", "渋谷店", (), ("東京都", "渋谷区", "渋谷駅"), "Shibuya"),
            StoreName("s2", "梅田店", (), ("大阪府", "大阪市", "大阪駅"), "Umeda"),
            StoreName("s3", "心斎橋店", (), ("大阪府", "大阪市", "心斎橋駅"), "Shinsaibashi"),
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def reader(engine: Linear) -> Reader:
    return Reader(engine.common, engine)


@pytest.fixture(scope="session")
def listener(reader: Reader) -> Listener:
    return Listener(reader, SystemClock())


@pytest.fixture(scope="session")
def hear(listener: Listener, lexicon: Lexicon) -> Hear:
    """What a message says to the counter; what is expected is given by name."""

    def hear(text: str, names: Lexicon = lexicon, **expecting: object) -> Heard:
        return asyncio.run(listener.understand(text, Expecting(**expecting), names))

    return hear
