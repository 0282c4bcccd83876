"""The page of the demo with the shop, a LINE phone and a Telegram phone."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest

from tests.browser.access import axe
from tests.browser.chromium import Page, expect
from tests.browser.conftest import Photograph
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.support.server import Server

QUESTION = "ソラの26.5cm ブラック、渋谷店にありますか？"
THAT_ONE = "それ、梅田店は？"


async def arrive(visits: Visits, counter: Server, **wish: Any) -> Page:
    """Someone new on the page."""
    profile = await visits.profile("ja", **wish)
    page = await profile.new_page()
    await page.goto(counter.address + "/channels")
    return page


async def test_a_talk_goes_from_the_shop_to_line_and_telegram(
    visits: Visits, counter: Server, photograph: Photograph
) -> None:
    page = await arrive(visits, counter, device={"viewport": {"width": 1440, "height": 900}})
    shop = page.frame_locator("#shop")
    line, telegram = (page.get_by_role("region", name=name) for name in ("LINE", "Telegram"))
    await shop.get_by_role("button", name=QUESTION).click()
    await shop.get_by_role("textbox").press("Enter")
    await expect(shop.get_by_text("在庫があります").first).to_be_visible()
    await shop.get_by_role("button", name="メニュー").click()
    await shop.get_by_role("button", name="LINEで続ける").click()
    await shop.get_by_role("link", name="LINE").click()
    await expect(line.get_by_role("textbox")).to_have_value(re.compile("連携コード"))
    await line.get_by_role("button", name="送信").click()
    await expect(line.get_by_role("log")).to_contain_text("渋谷店でのお取り置きをご希望ですか")
    await telegram.get_by_role("button", name="QRで続きから").click()
    await expect(telegram.get_by_role("log")).to_contain_text("渋谷店でのお取り置きをご希望ですか")
    await telegram.get_by_role("textbox").fill(THAT_ONE)
    await telegram.get_by_role("textbox").press("Enter")
    await expect(telegram.get_by_role("log")).to_contain_text("ソラ ランニングシューズ 26.5cm")
    strip = page.locator("#strip article")
    await expect(strip).to_have_count(1)
    await expect(strip).to_contain_text("梅田店")
    await photograph(page, "channels")


async def test_a_place_and_a_time_are_sent_from_the_line_phone(
    visits: Visits, counter: Server
) -> None:
    page = await arrive(visits, counter, device={"viewport": {"width": 1440, "height": 900}})
    line = page.get_by_role("region", name="LINE")
    log, writing = line.get_by_role("log"), line.get_by_role("textbox", name="メッセージ")
    await line.get_by_role("button", name="友だち追加").click()
    await expect(log).to_contain_text("自動応答")
    await writing.fill("近くの店舗を教えてください")
    await writing.press("Enter")
    await line.get_by_role("button", name="現在地を送る").click()
    await expect(log).to_contain_text("お近くの店舗は、渋谷店（")
    await writing.fill("090-1234-5678に電話ください")
    await writing.press("Enter")
    await line.get_by_role("button", name="日時を選ぶ").click()
    await expect(log).to_contain_text(re.compile(r"担当者が、09012345678（\d+/\d+\("))


async def test_going_on_in_line_from_the_shop_leads_to_the_demos_phone(
    visits: Visits, counter: Server
) -> None:
    page = await (await visits.profile("ja", device=PHONE)).new_page()
    await page.goto(counter.address)
    await page.get_by_role("button", name=QUESTION).click()
    await page.get_by_role("textbox").press("Enter")
    await expect(page.get_by_text("在庫があります").first).to_be_visible()
    await page.get_by_role("button", name="メニュー").click()
    await page.get_by_role("button", name="LINEで続ける").click()
    await page.locator("madoguchi-chat").get_by_role("link", name="LINE").click()
    await page.wait_for_url("**/channels?open=*")
    line = page.get_by_role("region", name="LINE")
    await expect(line.get_by_role("textbox")).to_have_value(re.compile("連携コード"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_axe_finds_nothing_on_the_channels_page(
    visits: Visits,
    counter: Server,
    photograph: Photograph,
    device: dict[str, Any],
    scheme: Literal["light", "dark"],
) -> None:
    # The checker itself is not the page's own script.
    page = await arrive(visits, counter, device=device, color_scheme=scheme, bypass_csp=True)
    if device is PHONE:
        await page.get_by_role("button", name="LINE", exact=True).click()
    line = page.get_by_role("region", name="LINE")
    await line.get_by_role("button", name="友だち追加").click()
    await expect(line.get_by_role("log")).to_contain_text("自動応答")
    # The shop in its frame is looked at by itself.
    assert await axe(page, iframes=False) == []
    telegram = page.get_by_role("region", name="Telegram")
    if device is DESKTOP:
        await telegram.get_by_role("button", name="スタート").click()
        await expect(telegram.get_by_role("log")).to_contain_text("自動応答")
    await line.get_by_role("textbox").fill(QUESTION)
    await line.get_by_role("textbox").press("Enter")
    await expect(line.get_by_role("log")).to_contain_text("お取り置きをご希望ですか")
    assert await axe(page, iframes=False) == []
    await photograph(page, f"channels-{'phone' if device is PHONE else 'desktop'}-{scheme}")
