"""Everything the desk can show passes the accessibility checker, light and dark, wide and small."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.browser.access import axe
from tests.browser.chromium import Page, expect
from tests.browser.customers import customer
from tests.browser.desk import ABROAD, CHIEF, SATO, Desk, Desks
from tests.browser.test_widget_api import signed
from tests.browser.visits import DESKTOP, PHONE
from tests.support.server import Server

HOURS = "渋谷店は何時までですか"
TAKUYA = "m-012"
"""A member whose talk no other test looks at: it stays with the staff."""
REST: dict[str, Any] = {"reduced_motion": "reduce"}
"""What fades in is not yet what it will be."""


async def faults(page: Page) -> list[str]:
    """What the checker finds, light and dark, at a desk's width and at a phone's."""
    found = []
    wide = page.viewport_size
    assert wide is not None
    narrow = PHONE["viewport"]
    for scheme, size in itertools.product(("light", "dark"), (wide, narrow)):
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size(size)
        found += [f"{scheme} {size['width']}: {fault}" for fault in await axe(page)]
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(wide)
    return found


async def dismiss(desk: Desk) -> None:
    await desk.page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)


async def test_the_rarer_dialogs_of_a_talk(desks: Desks, counter: Server) -> None:
    chief, sato = await desks(CHIEF, **REST), await desks(SATO, **REST)
    async with customer(counter.address) as visitor:
        await visitor.say(HOURS)
        await visitor.hears("11:00–21:00")
        async with chief.arrival() as come:
            await visitor.ask_for_a_person()
        await chief.take(come.id)
        for action in ("店舗待ちにする", "警告文を送る", "受信を一時停止"):
            await chief.more(action)
            await expect(chief.dialog).to_be_visible()
            assert await faults(chief.page) == [], action
            await dismiss(chief)
        answer = chief.message("11:00–21:00").first
        await answer.get_by_role("button", name="誤りを報告").click()
        await expect(chief.dialog).to_be_visible()
        assert await faults(chief.page) == []
        await dismiss(chief)
        await chief.more("要注意にする")
        await expect(chief.row(come.id)).to_contain_text("要注意")
        assert await faults(chief.page) == []
        await sato.open(come.id)
        await expect(sato.talk).to_contain_text("鈴木さんが対応しています。")
        await sato.more("責任者を呼ぶ")
        await expect(sato.dialog).to_be_visible()
        assert await faults(sato.page) == []


async def test_what_is_around_the_talks(desks: Desks) -> None:
    desk = await desks(SATO, **REST)
    page = desk.page
    await page.keyboard.press("?")
    await expect(desk.dialog).to_be_visible()
    assert await faults(page) == []
    await dismiss(desk)
    await desk.settings()
    assert await faults(page) == []
    await page.get_by_role("button", name="対応中をすべて引き継ぐ").click()
    await expect(desk.dialog).to_be_visible()
    assert await faults(page) == []
    await dismiss(desk)
    await page.context.set_offline(True)
    await expect(page.get_by_text("オフラインです")).to_be_visible()
    assert await faults(page) == []
    await page.context.set_offline(False)


async def test_lists_with_something_in_them(desks: Desks, counter: Server) -> None:
    desk = await desks(CHIEF, **REST)
    async with customer(counter.address) as visitor:
        await visitor.say(HOURS)
        await visitor.hears("11:00–21:00")
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.open(come.id)
        await desk.correct("11:00–21:00", "日曜は18時までです")
        for name in ("学習候補", "操作記録", "検索"):
            await desk.go_to(name)
            if name == "検索":
                box = desk.page.get_by_role("searchbox")
                await box.fill(HOURS)
                await box.press("Enter")
            await expect(
                desk.page.locator(".page :is(.results li, tbody tr)").first
            ).to_be_visible()
            assert await faults(desk.page) == [], name


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_what_the_shop_knows_of_a_member(
    desks: Desks, counter: Server, device: dict[str, Any]
) -> None:
    desk = await desks(SATO, device=device, **REST)
    async with customer(counter.address, identity=signed(TAKUYA)) as visitor:
        await visitor.ask_for_a_person()
        await desk.queue.get_by_role("link").filter(has_text="吉田 拓也").click()
        if device is PHONE:
            await desk.button("お客様と要約").click()
        panel = desk.aside.get_by_role("region", name="お客様の情報")
        for section in ("登録情報", "注文", "ポイント", "クーポン"):
            await panel.get_by_role("button", name=f"{section}: 表示する").click()
            await expect(panel.get_by_role("button", name=f"{section}: 隠す")).to_be_visible()
        for scheme in ("light", "dark"):
            await desk.page.emulate_media(color_scheme=scheme)
            assert await axe(desk.page) == [], scheme


async def test_the_desk_in_english(desks: Desks, counter: Server) -> None:
    desk = await desks(None, **REST)
    page = desk.page
    await page.goto(f"{desk.server}/desk")
    await desk.give(ABROAD, "not the password")
    await expect(page.get_by_role("alert")).not_to_be_empty()
    assert await faults(page) == []
    await desk.give(ABROAD)
    conversations = page.get_by_role("navigation", name="Conversations")
    async with customer(counter.address, "en") as visitor:
        await visitor.ask_for_a_person()
        await expect(conversations.get_by_role("link").first).to_be_visible()
        assert await faults(page) == []
        await conversations.get_by_role("link").first.click()
        await expect(page.get_by_role("article").first).to_be_visible()
        assert await faults(page) == []
