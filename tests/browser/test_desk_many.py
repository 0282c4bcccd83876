"""The desk with two hundred open conversations, and what it weighs."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.config import ROOT
from tests.browser.chromium import Browser, Request, expect, missing
from tests.browser.conftest import SETTINGS, Photograph, running
from tests.browser.customers import ASK_FOR_A_PERSON, Customer, customer
from tests.browser.desk import SATO, Desk, Desks, hire
from tests.browser.widget import until
from tests.support.server import Server

FOLDER = ROOT / "bot" / "http" / "desk_web"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".html")
OPEN = 200
AT_ONCE = 10
ALL_BYTES = 100 * 1024
WATCH = """() => new MutationObserver((_, observer) => {
    if (document.querySelectorAll(".row").length < %d) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => (window.painted = performance.now())));
}).observe(document, {childList: true, subtree: true})"""
COUNT = """() => {
    window.touched = new Set();
    new MutationObserver(changes => {
        for (const {target} of changes) {
            const row = target.closest("li");
            // Waiting times go on by themselves.
            if (row && !target.classList.contains("wait")) touched.add(row.dataset.id);
        }
    }).observe(document.querySelector(".groups"), {childList: true, subtree: true});
}"""


def test_the_pages_are_light() -> None:
    weights = {path.name: len(gzip.compress(path.read_bytes())) for path in FILES}
    assert sum(weights.values()) <= ALL_BYTES, weights


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix == ".js"], ids=lambda path: path.name
)
def test_every_module_can_be_read_by_node(path: Path, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        missing("node")
    copy = tmp_path / f"{path.stem}.mjs"
    shutil.copy(path, copy)
    checked = subprocess.run([node, "--check", copy], capture_output=True, text=True, timeout=30)
    assert checked.returncode == 0, checked.stderr


def test_every_module_is_fetched_with_the_page() -> None:
    """A module that only another one names would come a round trip later."""
    page = (FOLDER / "index.html").read_text("utf-8")
    apart = {"early.js", "login.js", "icon.svg"}
    named = {path.name for path in FILES if f'/desk/assets/{path.name}"' in page}
    assert {path.name for path in FILES} - named == apart - {"early.js", "icon.svg"}


@pytest.mark.parametrize("words", ["words-ja.js", "words-en.js"])
def test_both_languages_have_the_same_words(words: str) -> None:
    node = shutil.which("node")
    if node is None:
        missing("node")
    asked = f"""
        const keys = (at, path = "") => Object.entries(at).flatMap(([name, value]) =>
            value && typeof value === "object" ? keys(value, path + name + ".") : path + name);
        const [ours, theirs] = await Promise.all(
            ["{words}", "words-ja.js", "words-en.js"].map(async name =>
                keys(Object.values(await import("{FOLDER.as_uri()}/" + name))[0])))
            .then(([one, ja, en]) => [one, [...ja, ...en]]);
        console.log(theirs.filter(key => !ours.includes(key)).join());
    """
    command = [node, "--no-warnings", "--experimental-default-type=module", "-e", asked]
    told = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (told.stdout.strip(), told.returncode) == ("", 0), told.stderr


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowded(
    models: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Server, list[Customer]]]:
    """A counter where two hundred customers wait for a person."""
    folder = tmp_path_factory.mktemp("crowded")
    async with running(Server(folder, models, SETTINGS)) as server, AsyncExitStack() as stack:
        await hire(server, SATO)
        waiting = [await stack.enter_async_context(customer(server.address)) for _ in range(OPEN)]
        for first in range(0, OPEN, AT_ONCE):
            some = waiting[first : first + AT_ONCE]
            await asyncio.gather(*(visitor.say(ASK_FOR_A_PERSON["ja"]) for visitor in some))
        for visitor in waiting:
            await visitor.hears("担当者")
        yield server, waiting


@pytest_asyncio.fixture(loop_scope="session")
async def busy(browser: Browser, crowded: tuple[Server, list[Customer]]) -> AsyncIterator[Desk]:
    """A desk that is logged in there."""
    server, _ = crowded
    desks = Desks(browser, server)
    yield await desks(SATO)
    await desks.close()
    assert desks.faults == []


async def test_two_hundred_are_painted_at_once(busy: Desk, photograph: Photograph) -> None:
    page = await busy.page.context.new_page()
    await page.add_init_script(f"({WATCH % OPEN})()")
    await page.goto(f"{busy.server}/desk")

    async def look() -> float | None:
        painted: float | None = await page.evaluate("window.painted")
        return painted

    await until(look, page.content)
    await photograph(page, "desk-crowded")


async def test_all_of_it_arrives_from_us(busy: Desk) -> None:
    page = await busy.page.context.new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    await page.goto(f"{busy.server}/desk")
    await expect(page.locator(".row").first).to_be_visible()
    assert all(each.url.startswith(busy.server) for each in asked)


async def test_files_are_sent_compressed_and_not_twice(busy: Desk) -> None:
    async with httpx.AsyncClient(base_url=busy.server) as client:
        for path in ("/desk", *(f"/desk/assets/{file.name}" for file in FILES)):
            answer = await client.get(path)
            assert answer.headers["Content-Encoding"] == "gzip", path
            known = {"If-None-Match": answer.headers["ETag"]}
            assert (await client.get(path, headers=known)).status_code == 304, path


async def test_one_message_changes_one_row(
    busy: Desk, crowded: tuple[Server, list[Customer]]
) -> None:
    _, waiting = crowded
    await expect(busy.queue.locator("li")).to_have_count(OPEN)
    await busy.page.evaluate(COUNT)
    await waiting[OPEN // 2].say("まだでしょうか、急いでいます")
    row = busy.queue.locator("li[data-unread]")
    await expect(row).to_have_count(1)
    assert await busy.page.evaluate("[...touched]") == [await row.get_attribute("data-id")]
