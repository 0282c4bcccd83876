"""The server dies under fifty open talks: afterwards everybody is where they were."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from tests.faults.test_server import running
from tests.support.browser import PATIENCE_SECONDS, Browser
from tests.support.databases import DATABASES
from tests.support.staff import PASSWORD, Staff

TALKS = 50
TAKEN = 25
PERSON = "担当者と話したいです"


async def insists(staff: Staff, talk: str, words: str, client_id: str) -> None:
    """Send an answer until the server has taken it."""
    body = {"text": words, "client_id": client_id}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                answer = await staff.post(f"conversations/{talk}/reply", body)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            assert answer.status_code < 300, answer.text
            return


async def opened(client: httpx.AsyncClient, staff: Staff, words: str) -> dict[str, Browser]:
    """Customers who wait, by their conversations: each has said who they are."""
    customers = [Browser(client) for _ in range(TALKS)]
    await asyncio.gather(*(customer.open() for customer in customers))
    await asyncio.gather(*(customer.ask(words) for customer in customers))
    rows = await staff.queue()
    assert len(rows) == TALKS
    known = {}
    for number, customer in enumerate(customers):
        await customer.post(text=f"客{number}です")
    for row in rows:
        talk = row["conversation_id"]
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (named := re.search(r"客(\d+)です", str(await staff.said(talk)))):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        known[talk] = customers[int(named[1])]
    return known


@pytest.mark.parametrize("kind", DATABASES)
async def test_fifty_open_talks_outlive_the_server(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path, models: Path
) -> None:
    limits = httpx.Limits(max_connections=200)
    async with (
        running(request, kind, tmp_path, models) as server,
        httpx.AsyncClient(base_url=server.address, timeout=30, limits=limits) as client,
        httpx.AsyncClient(base_url=server.address, timeout=30, limits=limits) as browser,
    ):
        await server.start()
        email = ["--email", "sato@shop.example", "--name", "佐藤", "--role", "agent"]
        await server.command("agents", "add", *email, "--password-stdin", stdin=f"{PASSWORD}\n")
        sato = Staff(browser, "sato@shop.example")
        await sato.logs_in()
        known = await opened(client, sato, PERSON)
        mine = list(known)[:TAKEN]
        for talk in mine:
            await sato.does("take", talk)
        before = {row["conversation_id"]: row for row in await sato.queue()}
        async with sato.watching() as signals:
            await sato.does("note", mine[0], text="ここまで")
            await signals.next("message", mine[0])
            cursor = signals.last_id
        talking = [
            *(known[talk].post(text=f"続き{talk}") for talk in known),
            *(insists(sato, talk, f"返事{talk}", f"r-{talk}") for talk in mine),
        ]
        work = [asyncio.create_task(talk) for talk in talking]
        await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        await server.kill()
        await server.start()
        await asyncio.gather(*work)
        await everything_is_there(sato, known, mine, before)
        async with sato.watching(after=cursor) as signals:
            missing = {(talk, by) for talk in mine for by in ("customer", "agent")}
            async with asyncio.timeout(PATIENCE_SECONDS):
                while missing:
                    told = await signals.next("message")
                    missing.discard((told["conversation_id"], told["author"]))
        assert "Traceback" not in server.log()


async def everything_is_there(
    sato: Staff, known: dict[str, Browser], mine: list[str], before: dict[str, dict[str, object]]
) -> None:
    """Nobody lost their place, nothing that was said is missing or there twice."""
    for talk, customer in known.items():
        async with asyncio.timeout(PATIENCE_SECONDS):
            while f"続き{talk}" not in (words := [t for _, t in await sato.said(talk)]):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert words.count(f"続き{talk}") == 1
        assert words.count(f"返事{talk}") == (talk in mine)
        if talk in mine:
            await customer.reads(f"返事{talk}")
    after = {row["conversation_id"]: row for row in await sato.queue()}
    kept = ("state", "position", "agent", "reason", "since")
    for talk, row in before.items():
        assert {name: after[talk][name] for name in kept} == {name: row[name] for name in kept}
