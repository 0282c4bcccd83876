"""Texts that mean harm are only texts, whoever wrote them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.chromium import expect
from tests.browser.conftest import SETTINGS, Photograph, running
from tests.browser.host import Host
from tests.browser.hostile_shop import IMAGE, LINK, SCRIPT, TURNED, write_hostile_shop
from tests.browser.visits import Visits
from tests.browser.widget import Widget
from tests.support.server import Server

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
MARKUP = """panel => [...panel.querySelectorAll(
    "img, script, iframe, object, embed, link, style, base, [onerror], [onload], a, area")]
    .filter(each => each.tagName !== "IMG" || !/^https?:/.test(each.src))
    .filter(each => each.tagName !== "A" || !/^https?:/.test(each.href))
    .map(each => each.outerHTML)"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hostile(
    host: Host, models: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Server]:
    """A counter of a shop whose data was tampered with."""
    folder = tmp_path_factory.mktemp("hostile")
    settings = {
        **SETTINGS,
        "WEBCHAT_ORIGINS": host.origin,
        "BACKEND_DATA": str(write_hostile_shop(folder / "shop")),
    }
    async with running(Server(folder, models, settings)) as server:
        yield server


async def is_harmless(chat: Widget) -> None:
    """No element came out of a text, nothing ran, and no text runs backwards."""
    assert await chat.page.evaluate("window.struck") is None
    assert await chat.panel.evaluate(MARKUP) == []
    assert TURNING.search(await chat.panel.inner_text()) is None


@pytest.mark.parametrize("text", [IMAGE, SCRIPT, LINK, f"請求書{TURNED}", f"https://x/{IMAGE}"])
async def test_a_hostile_text_of_a_customer_is_only_shown(
    visits: Visits, counter: Server, text: str
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.say(text)
    await chat.answered(TURNING.sub("", text))
    await is_harmless(chat)
    await chat.page.reload()
    await chat.open()
    await chat.answered(TURNING.sub("", text))
    await is_harmless(chat)


async def test_hostile_names_of_products_are_only_shown(
    visits: Visits, hostile: Server, photograph: Photograph
) -> None:
    chat = await (await visits(hostile.address)).open()
    await chat.ask("ソラはありますか")
    await expect(chat.log).to_contain_text(IMAGE)
    await expect(chat.log).to_contain_text(SCRIPT)
    await is_harmless(chat)
    await photograph(chat.page, "hostile-names")
    await chat.choose(f"ソラ {IMAGE}")
    await is_harmless(chat)


async def test_a_hostile_name_of_the_shop_is_only_shown(visits: Visits, hostile: Server) -> None:
    chat = await (await visits(hostile.address, data_name=f"店 {IMAGE}")).open()
    await expect(chat.panel).to_have_accessible_name(f"店 {IMAGE}")
    await is_harmless(chat)


async def test_links_open_elsewhere_and_tell_nothing_about_where_they_were(
    visits: Visits, counter: Server
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.say("https://example.com/a?b=1&c=2 と javascript:alert(1) と //example.org です")
    link = chat.log.get_by_role("link")
    await expect(link).to_have_count(1)
    await expect(link).to_have_attribute("href", "https://example.com/a?b=1&c=2")
    await expect(link).to_have_attribute("target", "_blank")
    assert {"noopener", "noreferrer"} <= set((await link.get_attribute("rel") or "").split())


async def test_attributes_of_the_tag_are_only_values(visits: Visits, counter: Server) -> None:
    chat = await visits(
        counter.address,
        data_accent="red;} * { display: none",
        data_name=IMAGE,
        data_position="left' onclick='x",
        data_theme="</style>",
    )
    await chat.open()
    await expect(chat.page.locator("h1")).to_be_visible()
    await is_harmless(chat)
