"""The whole server under load, killed again and again: nothing is lost, nothing done twice."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest

from tests.support.browser import Browser
from tests.support.databases import DATABASES, Empty
from tests.support.server import START_SECONDS, Server
from tests.support.small_shop import ASK, PIECES, TUESDAY_NOON, write_small_shop

KILLS = {"sqlite": 4, "postgresql": 2}
TALKERS = 12
HOLDERS_PER_KILL = 4
SAYINGS = ("こんにちは", "ありがとう", "何ができますか", "渋谷店の営業時間を教えて", "さようなら")


@asynccontextmanager
async def running(
    request: pytest.FixtureRequest, kind: str, folder: Path, models: Path, **more: str
) -> AsyncIterator[Server]:
    empty: Empty = request.getfixturevalue("empty")
    async with empty.database(kind, request) as url:
        settings = {
            "DATABASE_URL": url,
            "BACKEND_DATA": str(write_small_shop(folder / "shop")),
            "SECRET_KEY": "a key for this test",
            "LIMITS": "off",
            "CLOCK": TUESDAY_NOON,
            **more,
        }
        server = Server(folder, models, settings)
        try:
            yield server
        finally:
            await server.close()


async def holds(folder: Path) -> tuple[int, int]:
    """How many holds the shop has, and how many pieces are missing from its shelf."""
    with closing(sqlite3.connect(folder / "var" / "backend.db")) as backend:
        [(made,)] = backend.execute("SELECT count(*) FROM holds")
        [(left,)] = backend.execute(
            "SELECT on_hand - reserved FROM stock_levels"
            " WHERE variant_id = 'sora-27.0cm' AND location_id = 'shibuya'"
        )
    return made, PIECES - left


async def put_one_aside(browser: Browser) -> None:
    """A talk of four messages that ends with one piece put aside."""
    await browser.ask(ASK)
    await browser.tap(0)
    await browser.ask("ヤマダ ハナコ")
    await browser.tap(0)


async def chatter(browser: Browser, known: dict[str, list[str]], enough: asyncio.Event) -> None:
    """Three messages at a time, without waiting for an answer between them."""
    sent: list[str] = []
    while not enough.is_set():
        for _ in range(3):
            sent.append(SAYINGS[len(sent) % len(SAYINGS)])
            await browser.post(text=sent[-1])
        await browser.answers(sum(len(known[text]) for text in sent))
    await browser.read()
    assert browser.said("customer") == sent
    assert browser.said("bot") == [answer for text in sent for answer in known[text]]


async def expected(browser: Browser) -> dict[str, list[str]]:
    """What is said to each saying while nothing goes wrong."""
    await browser.open()
    known = {}
    for text in SAYINGS:
        known[text] = [item.get("text", "") for item in await browser.ask(text)]
    return known


@pytest.mark.parametrize("kind", DATABASES)
async def test_a_server_killed_under_load_loses_nothing_and_does_nothing_twice(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path, models: Path
) -> None:
    dice = random.Random(kind)
    enough = asyncio.Event()
    limits = httpx.Limits(max_connections=200)
    async with (
        running(request, kind, tmp_path, models) as server,
        httpx.AsyncClient(base_url=server.address, timeout=30, limits=limits) as client,
    ):
        await server.start()
        known = await expected(Browser(client))
        talkers = [Browser(client) for _ in range(TALKERS)]
        holders = [Browser(client) for _ in range(HOLDERS_PER_KILL * KILLS[kind])]
        await asyncio.gather(*(browser.open() for browser in (*talkers, *holders)))
        talks = [asyncio.create_task(chatter(browser, known, enough)) for browser in talkers]
        for number in range(KILLS[kind]):
            batch = holders[number * HOLDERS_PER_KILL :][:HOLDERS_PER_KILL]
            talks += [asyncio.create_task(put_one_aside(browser)) for browser in batch]
            await asyncio.sleep(dice.uniform(0.05, 0.8))
            await server.kill()
            await server.start()
        enough.set()
        await asyncio.gather(*talks)
        assert await holds(tmp_path) == (len(holders), len(holders))
        for browser in holders:
            await browser.read()
            assert len(browser.said("customer")) == 4
            assert sum("お取り置き番号" in text for text in browser.said("bot")) == 1
        assert "Traceback" not in server.log()


async def test_a_server_asked_to_stop_does_so_while_somebody_reads_along(
    request: pytest.FixtureRequest, tmp_path: Path, models: Path
) -> None:
    async with running(request, "sqlite", tmp_path, models) as server:
        await server.start()
        async with httpx.AsyncClient(base_url=server.address, timeout=30) as client:
            browser = Browser(client)
            await browser.open()
            async with client.stream("GET", "/webchat/events", headers=browser.headers) as stream:
                events = stream.aiter_lines()
                assert await anext(events) == ":"
                await browser.ask("こんにちは")
                assert await server.stop(signal.SIGTERM, START_SECONDS) == 0
