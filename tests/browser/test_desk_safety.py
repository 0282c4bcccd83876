"""Whatever customers write, at the desk it is only text."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.browser.chromium import expect
from tests.browser.customers import customer
from tests.browser.desk import SHIBUYA, Desks
from tests.browser.hostile_shop import IMAGE, LINK, SCRIPT, TURNED
from tests.support.server import Server

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
MARKUP = """() => [...document.body.querySelectorAll(
    "script, iframe, object, embed, link, style, base, img, [onerror], [onload], [style]")]
    .map(each => each.outerHTML)"""


@pytest.mark.parametrize(
    "text", [IMAGE, SCRIPT, LINK, f"請求書{TURNED}", "https://phish.example/login を見て"]
)
async def test_a_hostile_text_is_only_shown(desks: Desks, counter: Server, text: str) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await visitor.say(text)
        shown = TURNING.sub("", text)
        said = desk.message(shown)
        await expect(said).to_have_attribute("data-author", "customer")
        await expect(desk.row(come.id)).to_contain_text(shown)
        await expect(said.get_by_role("link")).to_have_count(0)
        assert await desk.page.evaluate("window.struck") is None
        assert await desk.page.evaluate(MARKUP) == []
        assert TURNING.search(await desk.page.locator("body").inner_text()) is None


async def test_links_of_ours_open_elsewhere(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.reply("https://example.com/a?b=1&c=2 と javascript:alert(1) です")
        link = desk.message("example.com").get_by_role("link")
        await expect(link).to_have_count(1)
        await expect(link).to_have_text("https://example.com/a?b=1&c=2")
        assert {"noopener", "noreferrer"} <= set((await link.get_attribute("rel") or "").split())


async def test_the_pages_allow_nothing_from_elsewhere(counter: Server) -> None:
    async with httpx.AsyncClient(base_url=counter.address) as client:
        for path in ("/desk", "/desk/login"):
            answer = await client.get(path)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert not re.search(r"<style|style=|<script(?![^>]+src=)|\son\w+=", answer.text)


async def test_nothing_of_a_customer_is_in_the_address_or_the_title(
    desks: Desks, counter: Server
) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.open(come.id)
        await visitor.say("090-1234-5678 の山田です")
        await expect(desk.message("山田です")).to_be_visible()
        assert "山田" not in await desk.page.title()
        assert desk.page.url == f"{desk.server}/desk#/c/{come.id}"


async def test_a_store_sees_only_what_it_was_asked(desks: Desks, counter: Server) -> None:
    desk, store = await desks(), await desks(SHIBUYA)
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await expect(store.row(come.id)).to_have_count(0)
        await desk.more("店舗待ちにする")
        await desk.dialog.get_by_label("渋谷店").check()
        await desk.dialog.get_by_role("button", name="店舗待ちにする").click()
        await expect(desk.row(come.id, "store")).to_be_visible()
        await store.open(come.id)
        await expect(store.button("引き受ける")).to_have_count(0)
        await expect(store.pages.get_by_role("link", name="検索")).to_have_count(0)
        await store.note_box.fill("在庫を確認しました。あります。")
        await store.note_box.press("Enter")
        await expect(desk.message("在庫を確認しました。")).to_be_visible()
