"""From the bot on LINE to a person, on to the web with the same person, and back to the bot."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.browser.chromium import Browser, FrameLocator, Locator, Page, expect
from tests.browser.conftest import SETTINGS, Photograph, running
from tests.browser.desk import Desk, Desks, Staff
from tests.browser.test_from_line_to_the_web import SAID, log_of, phones, say
from tests.browser.visits import PHONE, Visits
from tests.support.server import Server

TUESDAY_NOON = "2026-11-24T12:00:00+09:00"
"""The desk is open."""
SATO = Staff("sato@madoguchi.example", "佐藤")
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
JA = SAID["ja"]
PERSON, WIDTH = "担当者と話したいです", "足の幅が広めでも履けますか"
RATING = "担当者の応対は、いかがでしたか"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(models: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """`madoguchi demo` in the hours of its desk, with the agents it comes with."""
    settings = {**SETTINGS, "CLOCK": TUESDAY_NOON}
    folder = tmp_path_factory.mktemp("tuesday")
    async with running(Server(folder, models, settings, command="demo")) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def desks_of_the_demo(browser: Browser, demo: Server) -> AsyncIterator[Desks]:
    opened = Desks(browser, demo)
    yield opened
    await opened.close()
    assert opened.faults == []


def password(demo: Server) -> str:
    """Sato's, as the demo tells it where it was started."""
    told = re.search(rf"{re.escape(SATO.email)}\s+(\S+)", demo.log())
    assert told
    return told[1]


async def sato_of(desks: Desks, demo: Server, **wish: Any) -> Desk:
    desk = await desks(None, **wish)
    return await desk.log_in(SATO, password(demo))


async def asks_for_a_person(page: Page) -> Locator:
    """A new customer on LINE has a question open, and wants a person; their phone."""
    line = page.get_by_role("region", name="LINE")
    await line.get_by_role("button", name=JA.follow).click()
    await say(line, JA.question, JA)
    await expect(line.get_by_role("log")).to_contain_text(JA.offer)
    await say(line, PERSON, JA)
    await expect(line.get_by_role("log")).to_contain_text(re.compile(r"ただいま\d+番目です"))
    return line


async def answer_with_a_canned_reply(desk: Desk) -> None:
    await desk.reply_box.press("/")
    await desk.page.get_by_role("combobox", name="定型文を検索").fill("お調べします")
    await desk.canned.first.click()
    await desk.reply_box.press("Enter")


async def goes_on_on_the_web(page: Page, line: Locator) -> FrameLocator:
    """By the link that the bot gives, whoever has the talk; the shop with its chat."""
    await say(line, JA.onwards, JA)
    await line.get_by_role("button", name=JA.button).last.click()
    await line.get_by_role("link", name=re.compile("#madoguchi=")).click()
    shop = page.frame_locator("#shop")
    await expect(log_of(shop)).to_contain_text("LINEでのご相談を、こちらで続けて")
    return shop


async def puts_one_aside(shop: FrameLocator) -> None:
    """What the bot had asked before a person came."""
    await shop.get_by_role("button", name="お取り置きする").last.click()
    await expect(log_of(shop)).to_contain_text("お名前")
    await shop.get_by_role("textbox").fill("ヤマダ ハナコ")
    await shop.get_by_role("textbox").press("Enter")
    await expect(log_of(shop)).to_contain_text("ヤマダ ハナコ様")
    await shop.get_by_role("button", name="お取り置きする").last.click()
    await expect(log_of(shop)).to_contain_text("お取り置き番号は")


async def test_a_customer_goes_from_line_to_a_person_to_the_web_and_back_to_the_bot(
    visits: Visits, desks_of_the_demo: Desks, demo: Server, photograph: Photograph
) -> None:
    desk = await sato_of(desks_of_the_demo, demo, device=WIDE)
    page = await phones(visits, demo, "ja")
    async with desk.arrival() as come:
        line = await asks_for_a_person(page)
    await expect(desk.row(come.id, "us")).to_contain_text("担当者を希望")
    await photograph(desk.page, "handed-1-queue")
    await desk.take(come.id)
    await expect(line.get_by_role("log")).to_contain_text("担当の佐藤に代わりました")
    await expect(desk.message(JA.question)).to_have_attribute("data-author", "customer")
    await expect(desk.message(JA.offer).first).to_have_attribute("data-author", "bot")
    await expect(desk.aside.get_by_role("region", name="要約")).to_contain_text("在庫")
    await answer_with_a_canned_reply(desk)
    await expect(line.get_by_role("log")).to_contain_text("お調べして、このトークでお知らせします")
    await photograph(page, "handed-2-line")
    shop = await goes_on_on_the_web(page, line)
    await shop.get_by_role("textbox").fill(WIDTH)
    await shop.get_by_role("textbox").press("Enter")
    await expect(desk.message(WIDTH)).to_have_attribute("data-author", "customer")
    for crossing in ("ここから LINE", "ここから ウェブチャット"):
        await expect(desk.log.get_by_text(crossing)).to_be_visible()
    await desk.reply("幅広の方には、ハーフサイズ上をお勧めしております。")
    await expect(log_of(shop)).to_contain_text("ハーフサイズ上")
    await expect(log_of(shop).locator(".head.agent").last).to_contain_text("担当者 佐藤")
    await photograph(desk.page, "handed-3-both-channels")
    await photograph(page, "handed-4-web")
    await desk.button("自動応答に戻す").click()
    await desk.dialog.get_by_role("textbox").fill("サイズのご案内まで済んでいます。")
    await desk.dialog.get_by_role("button", name="自動応答に戻す").click()
    await expect(desk.row(come.id)).to_have_count(0)
    await expect(desk.message("サイズのご案内まで")).to_have_attribute("data-author", "note")
    await expect(log_of(shop)).to_contain_text(
        re.compile(f"担当者の応対が終わりました.*{JA.offer}", re.DOTALL)
    )
    await photograph(page, "handed-5-back")
    await puts_one_aside(shop)
    await expect(log_of(shop)).to_contain_text(RATING)
    await shop.get_by_role("button", name="★5").click()
    await expect(log_of(shop)).to_contain_text("ご評価をいただき")
    await photograph(page, "handed-6-rated")


async def test_who_was_helped_says_how_it_was(
    visits: Visits, desks_of_the_demo: Desks, demo: Server, photograph: Photograph
) -> None:
    """The agent has a phone, and its appearance is dark."""
    desk = await sato_of(desks_of_the_demo, demo, device=PHONE, color_scheme="dark")
    page = await phones(visits, demo, "ja")
    async with desk.arrival() as come:
        line = await asks_for_a_person(page)
    await photograph(desk.page, "handed-phone-1-queue")
    await desk.take(come.id)
    await desk.reply("お取り置きも承れます。")
    await expect(line.get_by_role("log")).to_contain_text("お取り置きも承れます")
    await photograph(desk.page, "handed-phone-2-talk")
    await desk.button("対応を終える").click()
    await desk.dialog.get_by_label("ご案内済み").check()
    await photograph(desk.page, "handed-phone-3-dialog")
    await desk.dialog.get_by_role("button", name="対応を終える").click()
    await expect(line.get_by_role("log")).to_contain_text(RATING)
    await line.get_by_role("button", name="★5").click()
    await expect(line.get_by_role("log")).to_contain_text("ご評価をいただき")
    await photograph(page, "handed-phone-4-rating")
