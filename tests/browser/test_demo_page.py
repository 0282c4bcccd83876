"""The demo's own page: a shop with the counter on it, as somebody meets it first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.access import axe
from tests.browser.chromium import expect
from tests.browser.conftest import Photograph
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.browser.widget import Widget
from tests.support.server import Server

SHOE = "/shop/products/sora"


async def arrive(visits: Visits, counter: Server, path: str = "/", **wish: Any) -> Widget:
    """Someone new on a page of the demo's shop."""
    profile = await visits.profile("ja", **wish)
    page = await profile.new_page()
    await page.goto(counter.address + path)
    return Widget(page, "ja")


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_question_on_the_page_is_ready_to_be_sent(
    visits: Visits, counter: Server, photograph: Photograph, device: dict[str, Any]
) -> None:
    chat = await arrive(visits, counter, device=device)
    await photograph(chat.page, f"demo-{'phone' if device is PHONE else 'desktop'}")
    question = "ソラの26.5cm ブラック、渋谷店にありますか？"
    await chat.page.get_by_role("button", name=question).click()
    await expect(chat.box).to_have_value(question)
    await chat.box.press("Enter")
    await chat.answered(question, "在庫があります")
    await expect(chat.log.get_by_role("img", name="ソラ ランニングシューズ")).to_be_visible()


async def test_chosen_options_are_in_the_picture_and_in_the_question(
    visits: Visits, counter: Server
) -> None:
    chat = await arrive(visits, counter, SHOE)
    await chat.page.get_by_text("26.5cm", exact=True).click()
    await chat.page.get_by_text("ブルー", exact=True).click()
    picture = chat.page.locator("#picture img")
    await expect(picture).to_have_attribute("src", "/shop/pictures/runner/blue.svg")
    await chat.page.get_by_role("button", name="この商品についてチャットで聞く").click()
    await expect(chat.box).to_have_value(
        "ソラ ランニングシューズ 26.5cm ブルーはどの店舗にありますか？"
    )


async def test_who_logs_in_at_the_shop_need_not_prove_it_again(
    visits: Visits, counter: Server
) -> None:
    chat = await arrive(visits, counter)
    await chat.page.locator("#people summary").click()
    await chat.page.get_by_role("button", name="渡辺 大輔").click()
    await expect(chat.page.get_by_text("渡辺 大輔")).to_be_visible()
    await chat.open()
    await chat.ask("ポイントは何ポイントありますか", "渡辺様のポイントは")
    await chat.close.click()
    await chat.page.get_by_role("button", name="ログアウト").click()
    await expect(chat.page.locator("#people")).to_be_visible()
    await chat.open()
    await expect(chat.log).not_to_contain_text("渡辺様")


async def test_a_code_is_announced_and_copied_into_the_talk(
    visits: Visits, counter: Server
) -> None:
    chat = await arrive(visits, counter)
    await chat.open()
    await chat.ask("ポイントは何ポイントありますか", "会員番号")
    await chat.ask("10033058", "どちらになさいますか")
    await chat.choose("-1007", "確認コードを、5分以内に")
    inbox = chat.page.get_by_role("button", name="受信箱")
    await expect(inbox).to_contain_text("1")
    # The chat stands over the page's corner; the keyboard reaches the button all the same.
    await inbox.press("Enter")
    code = chat.page.locator("#inbox strong").first
    await expect(code).to_be_visible()
    await chat.tell(await code.inner_text(), "山本様のポイントは")


async def test_a_code_can_be_read_over_the_chat_of_a_phone(
    visits: Visits, counter: Server, photograph: Photograph
) -> None:
    chat = await arrive(visits, counter, device=PHONE)
    await chat.open()
    await chat.ask("ポイントは何ポイントありますか", "会員番号")
    banner = chat.page.locator("#arrived")
    await expect(banner).to_be_hidden()
    await chat.ask("10036187", "どちらになさいますか")
    await chat.choose("1010", "確認コードを、5分以内に")
    await expect(banner).to_be_visible()
    await photograph(chat.page, "demo-phone-code")
    await chat.tell(await banner.locator("strong").inner_text(), "小林様のポイントは")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_axe_finds_nothing_on_the_shops_pages(
    visits: Visits, counter: Server, device: dict[str, Any], scheme: str
) -> None:
    # The checker itself is not the page's own script.
    wish = {"device": device, "color_scheme": scheme, "reduced_motion": "reduce"}
    chat = await arrive(visits, counter, bypass_csp=True, **wish)
    assert await axe(chat.page) == []
    await chat.page.locator("#people summary").click()
    assert await axe(chat.page) == []
    await chat.page.keyboard.press("Escape")
    await chat.page.get_by_role("button", name="受信箱").click()
    assert await axe(chat.page) == []
    await chat.page.goto(counter.address + SHOE)
    assert await axe(chat.page) == []
