"""How the desk looks: in the dark, on a phone, on a tablet, to those who do not see it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.access import axe
from tests.browser.chromium import expect
from tests.browser.conftest import Photograph
from tests.browser.customers import Customer, customer
from tests.browser.desk import ABROAD, CHIEF, Desk, Desks, Staff, hire
from tests.browser.test_desk_access import REST
from tests.browser.visits import PHONE
from tests.support.server import Server

WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
TABLET: dict[str, Any] = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
OGAWA = Staff("ogawa@example.com", "小川")
"""Goes away; the others' tests find them at the desk all the time."""
DEVICES = {"wide": WIDE, "tablet": TABLET, "phone": PHONE}


async def _come(desk: Desk, visitor: Customer) -> str:
    await visitor.say("ソラの26.5cm ブラック、渋谷店にありますか")
    await visitor.hears("在庫")
    async with desk.arrival() as come:
        await visitor.ask_for_a_person()
    return come.id


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_any_view(
    desks: Desks, counter: Server, photograph: Photograph, device: str, scheme: str
) -> None:
    desk = await desks(None, device=DEVICES[device], color_scheme=scheme, **REST)
    page = desk.page
    name = f"desk-{device}-{scheme}"

    async def look(view: str) -> None:
        await photograph(page, f"{name}-{view}")
        assert await axe(page) == [], view

    await page.goto(f"{desk.server}/desk")
    await expect(page.get_by_label("パスワード")).to_be_visible()
    await look("login")
    await desk.log_in(CHIEF)
    async with customer(counter.address) as visitor:
        conversation = await _come(desk, visitor)
        await look("queue")
        await desk.take(conversation)
        await desk.reply("お待たせいたしました。")
        await page.get_by_role("radio", name="社内メモ").check()
        await desk.note_box.fill("在庫を確認中")
        await desk.note_box.press("Enter")
        await expect(desk.message("在庫を確認中")).to_be_visible()
        await look("talk")
        await page.keyboard.press("Escape")
        await page.keyboard.press("/")
        await expect(desk.canned.first).to_be_visible()
        await look("canned")
        await page.keyboard.press("Escape")
        await desk.talk.locator("summary").click()
        await look("more")
        await page.keyboard.press("Escape")
        for action in ("自動応答に戻す", "対応を終える", "引き継ぐ"):
            await desk.button(action).click()
            await expect(desk.dialog).to_be_visible()
            await look(f"dialog-{action}")
            await page.keyboard.press("Escape")
        if device != "wide":
            await desk.button("お客様と要約").click()
        await expect(desk.aside).to_be_visible()
        await look("aside")
    for other in ("search", "failures", "learning", "audit"):
        await page.goto(f"{desk.server}/desk#/{other}")
        await expect(page.locator(f".page.{other}")).to_be_visible()
        await look(other)


async def test_a_phone_shows_one_thing_at_a_time(desks: Desks, counter: Server) -> None:
    desk = await desks(device=PHONE)
    async with customer(counter.address) as visitor:
        conversation = await _come(desk, visitor)
        await expect(desk.talk).to_be_hidden()
        await desk.take(conversation)
        await expect(desk.queue).to_be_hidden()
        await desk.reply("スマートフォンから失礼します。")
        await visitor.hears("スマートフォンから")
        await desk.button("お客様と要約").click()
        await expect(desk.aside).to_be_visible()
        await desk.aside.get_by_role("button", name="閉じる").click()
        await expect(desk.aside).to_be_hidden()
        width = await desk.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
        await desk.page.get_by_role("link", name="一覧へ戻る").click()
        await expect(desk.queue).to_be_visible()


async def test_the_desk_speaks_the_agents_language(desks: Desks, counter: Server) -> None:
    desk = await desks(None)
    await desk.page.goto(f"{desk.server}/desk")
    await desk.give(ABROAD)
    await expect(desk.page.get_by_role("navigation", name="Conversations")).to_be_visible()
    await expect(desk.page.locator("html")).to_have_attribute("lang", "en")
    await desk.page.locator("summary").filter(has_text="Settings").click()
    await desk.page.get_by_role("button", name="日本語").click()
    await expect(desk.queue).to_be_visible()
    await desk.page.reload()
    await expect(desk.page.locator("html")).to_have_attribute("lang", "ja")


async def test_the_appearance_can_be_chosen_and_stays(desks: Desks) -> None:
    desk = await desks(color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = await desk.page.evaluate(ground)
    await desk.settings()
    await desk.page.get_by_label("表示").select_option("dark")
    dark = await desk.page.evaluate(ground)
    assert dark != light
    await desk.page.reload()
    await expect(desk.queue).to_be_visible()
    assert await desk.page.evaluate(ground) == dark


async def test_nothing_moves_for_those_who_asked_for_rest(desks: Desks, counter: Server) -> None:
    await hire(counter, OGAWA)
    desk = await desks(OGAWA, **REST)
    await desk.status.click()
    await expect(desk.toast).to_be_visible()
    assert await desk.page.evaluate("document.getAnimations().length") == 0


async def test_who_comes_is_told_in_the_title_and_aloud(desks: Desks, counter: Server) -> None:
    desk = await desks()
    count = len(await desk.ids())
    async with customer(counter.address) as visitor:
        await _come(desk, visitor)
        said = desk.page.get_by_role("status").filter(has_text="新しいお客様がお待ちです")
        await expect(said).to_have_count(1)
        await expect(desk.page).to_have_title(re.compile(r"\(\d+\) 窓口デスク"))
        title = await desk.page.title()
        assert int(title[1 : title.index(")")]) <= count + 1
