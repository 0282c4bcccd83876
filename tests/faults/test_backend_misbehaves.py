"""The shop's systems fail in mid-talk: customers are told so, and nothing is lost or done twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.nlu import Linear
from tests.faults.house import texts_of
from tests.support.browser import PATIENCE_SECONDS, Browser
from tests.support.real_app import Moody, MovableClock, serving
from tests.support.small_shop import ASK

MOODS = ("gone", "hanging", "failing", "malformed", "another shape")


@pytest.fixture
async def client(
    tmp_path: Path, engine: Linear, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(tmp_path, engine, monkeypatch) as opened:
        yield opened


async def visitor(client: httpx.AsyncClient) -> Browser:
    browser = Browser(client)
    await browser.open()
    return browser


def texts(items: list[dict[str, str]]) -> list[str]:
    return [item["text"] for item in items if "text" in item]


def later(seconds: float) -> None:
    MovableClock.ahead += timedelta(seconds=seconds)


def holds(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "backend.db")) as backend:
        count: int = backend.execute("SELECT count(*) FROM holds").fetchone()[0]
        return count


async def up_to_consent(browser: Browser) -> None:
    await browser.ask(ASK)
    await browser.tap(0)
    [question] = texts(await browser.ask("ヤマダ ハナコ"))
    assert question.endswith("よろしいですか。")


@pytest.mark.parametrize("mood", MOODS)
async def test_customers_get_an_honest_line_and_the_answer_when_it_is_back(
    client: httpx.AsyncClient, mood: str
) -> None:
    browser = await visitor(client)
    Moody.mood = mood
    assert texts(await browser.ask(ASK)) == [texts_of("fault.unavailable")]
    assert texts(await browser.ask("ありがとう")) != [texts_of("fault.unavailable")]
    ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"backend": "failing", "database": "ok"}
    Moody.mood = "well"
    later(20)
    assert (await client.get("/readyz")).status_code == 200
    assert "渋谷店" in " ".join(texts(await browser.ask(ASK)))


async def test_a_shop_that_is_gone_is_left_alone_and_asked_again_after_a_while(
    client: httpx.AsyncClient,
) -> None:
    browser = await visitor(client)
    Moody.mood = "gone"
    for _ in range(4):
        await browser.ask(ASK)
    Moody.calls.clear()
    assert texts(await browser.ask(ASK)) == [texts_of("fault.unavailable")]
    assert Moody.calls == []
    Moody.mood = "well"
    assert texts(await browser.ask(ASK)) == [texts_of("fault.unavailable")]
    later(16)
    assert "渋谷店" in " ".join(texts(await browser.ask(ASK)))


async def test_consent_while_the_shop_is_gone_does_nothing_and_works_once_afterwards(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    browser = await visitor(client)
    await up_to_consent(browser)
    Moody.mood = "gone"
    assert texts(await browser.tap(0)) == [texts_of("fault.unavailable")]
    assert holds(tmp_path) == 0
    Moody.mood = "well"
    later(20)
    await browser.tap(0)
    said = texts(await browser.tap(0))
    assert holds(tmp_path) == 1, said


async def test_an_answer_that_got_lost_is_found_out_and_nothing_is_done_twice(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    browser = await visitor(client)
    await up_to_consent(browser)
    Moody.lost = 2
    assert texts(await browser.tap(0)) == [texts_of("fault.unknown_outcome")]
    before = len(browser.said("bot"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(browser.said("bot")) == before:
            later(5)
            await browser.read(wait="1")
    assert "お取り置き" in browser.said("bot")[-1]
    assert holds(tmp_path) == 1
