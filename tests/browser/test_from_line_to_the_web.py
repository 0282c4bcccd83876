"""From LINE and Telegram to the shop's page: a link takes the talk along."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.browser.chromium import FrameLocator, Locator, Page, expect
from tests.browser.conftest import Photograph
from tests.browser.visits import PHONE, Visits
from tests.browser.widget import Widget
from tests.support.server import Server


@dataclass(frozen=True)
class Said:
    """What customer and counter say, in one language."""

    follow: str
    send: str
    question: str
    offer: str
    onwards: str
    button: str
    that_one: str
    about: str
    wrong: str


SAID = {
    "ja": Said(
        follow="友だち追加",
        send="送信",
        question="ソラの26.5cm ブラック、渋谷店にありますか？",
        offer="渋谷店でのお取り置きをご希望ですか",
        onwards="ウェブで続けたい",
        button="ウェブチャットで続ける",
        that_one="それ、梅田店は？",
        about="ソラ ランニングシューズ 26.5cm",
        wrong="連携コードが違っております",
    ),
    "en": Said(
        follow="Add as friend",
        send="Send",
        question="Do you have the Sora in 26.5 cm, black, at Shibuya?",
        offer="Would you like one put aside at Shibuya",
        onwards="I want to go on in the web chat",
        button="Go on in web chat",
        that_one="And in Umeda?",
        about="Umeda",
        wrong="That link code is not right",
    ),
}


POINTS = "ポイントは何ポイントありますか"


async def say(phone: Locator, text: str, said: Said) -> None:
    await phone.get_by_role("textbox").fill(text)
    await phone.get_by_role("button", name=said.send, exact=True).click()


async def phones(visits: Visits, counter: Server, language: str) -> Page:
    """Someone on the page with a LINE phone and a Telegram phone."""
    profile = await visits.profile(language, device={"viewport": {"width": 1440, "height": 900}})
    page = await profile.new_page()
    await page.goto(f"{counter.address}/channels?lang={language}")
    return page


async def link_from(page: Page, channel: str, language: str) -> Locator:
    """The link to the web that the counter gives after a question on this channel."""
    said, phone = SAID[language], page.get_by_role("region", name=channel)
    begin = said.follow if channel == "LINE" else re.compile("スタート|Start")
    await phone.get_by_role("button", name=begin).click()
    await say(phone, said.question, said)
    await expect(phone.get_by_role("log")).to_contain_text(said.offer)
    await say(phone, said.onwards, said)
    await phone.get_by_role("button", name=said.button).last.click()
    link = phone.get_by_role("link", name=re.compile("#madoguchi="))
    await expect(link).to_be_visible()
    return link


def log_of(shop: Page | FrameLocator) -> Locator:
    return shop.locator("madoguchi-chat").get_by_role("log")


@pytest.mark.parametrize("channel", ["LINE", "Telegram"])
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_link_takes_the_talk_to_the_shops_page(
    visits: Visits, counter: Server, photograph: Photograph, language: str, channel: str
) -> None:
    said = SAID[language]
    page = await phones(visits, counter, language)
    await (await link_from(page, channel, language)).click()
    shop = page.frame_locator("#shop")
    await expect(log_of(shop)).to_contain_text(said.offer)
    await photograph(page, f"from-{channel.lower()}-to-web-{language}")
    await shop.get_by_role("textbox").fill(said.that_one)
    await shop.get_by_role("textbox").press("Enter")
    await expect(log_of(shop)).to_contain_text(said.about)
    await expect(page.locator("#strip article")).to_have_count(1)


async def test_the_code_leaves_the_address_and_reaches_no_server_in_it(
    visits: Visits, counter: Server
) -> None:
    page = await phones(visits, counter, "ja")
    address = await (await link_from(page, "LINE", "ja")).get_attribute("href") or ""
    code = address.rpartition("=")[2]
    asked: list[str] = []
    other = await (await visits.profile("ja", device=PHONE)).new_page()
    other.on("request", lambda request: asked.append(request.url))
    await other.goto(address)
    await expect(log_of(other)).to_contain_text(SAID["ja"].offer)
    assert "#" not in other.url
    assert [url for url in asked if code in url.partition("#")[0]] == []
    await other.go_back()
    assert code not in other.url


async def test_looking_at_the_page_before_does_not_use_the_link_up(
    visits: Visits, counter: Server
) -> None:
    page = await phones(visits, counter, "ja")
    address = await (await link_from(page, "LINE", "ja")).get_attribute("href") or ""
    assert (await page.request.get(address)).ok
    other = await (await visits.profile("ja")).new_page()
    await other.goto(address)
    await expect(log_of(other)).to_contain_text(SAID["ja"].offer)


async def test_a_members_link_on_anothers_page_does_not_show_what_the_other_said(
    visits: Visits, counter: Server
) -> None:
    page = await phones(visits, counter, "ja")
    telegram = page.get_by_role("region", name="Telegram")
    await telegram.get_by_role("button", name="スタート").click()
    await telegram.get_by_label("その他").click()
    await telegram.get_by_role("button", name="佐藤さんの番号を送る").click()
    await expect(telegram.get_by_role("log")).to_contain_text("会員情報と連携しました")
    await say(telegram, SAID["ja"].onwards, SAID["ja"])
    await telegram.get_by_role("button", name=SAID["ja"].button).last.click()
    link = telegram.get_by_role("link", name=re.compile("#madoguchi="))
    address = await link.get_attribute("href") or ""
    other = await (await visits.profile("ja")).new_page()
    await other.goto(counter.address)
    await other.locator("#people summary").click()
    async with other.expect_response("**/webchat/identify"):
        await other.locator("#people button[value=m-005]").click()
    chat = await Widget(other, "ja").open()
    await chat.ask(POINTS, "伊藤様のポイントは")
    await other.evaluate(f"location.hash = '{address.partition('#')[2]}'")
    await expect(chat.log).to_contain_text("続けてご案内します")
    await expect(chat.log).not_to_contain_text("伊藤様")
    await chat.ask(POINTS, "佐藤様のポイントは")


async def test_a_link_that_was_used_gets_a_kind_answer(visits: Visits, counter: Server) -> None:
    page = await phones(visits, counter, "ja")
    link = await link_from(page, "LINE", "ja")
    address = await link.get_attribute("href") or ""
    await link.click()
    await expect(log_of(page.frame_locator("#shop"))).to_contain_text(SAID["ja"].offer)
    late = await (await visits.profile("ja")).new_page()
    await late.goto(address)
    await expect(log_of(late)).to_contain_text("この連携コードは、すでに使われています")
    await expect(log_of(late)).not_to_contain_text(SAID["ja"].offer)


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_link_with_a_wrong_code_is_answered_in_the_talk_that_is_open(
    visits: Visits, counter: Server, language: str
) -> None:
    chat = await (await visits(counter.address, language)).open()
    await chat.ask(SAID[language].question, SAID[language].offer)
    await chat.page.evaluate("location.hash = 'madoguchi=00000000'")
    await expect(chat.log).to_contain_text(SAID[language].wrong)
    assert "madoguchi" not in chat.page.url


async def test_a_link_opened_in_a_dead_spot_works_when_it_is_over(
    visits: Visits, counter: Server
) -> None:
    chat = await visits(counter.address)
    await chat.open()
    await chat.page.context.set_offline(True)
    await chat.page.evaluate("location.hash = 'madoguchi=00000000'")
    await expect(chat.log).to_contain_text("引き継いでいます")
    await chat.page.context.set_offline(False)
    await expect(chat.log).to_contain_text(SAID["ja"].wrong)
    await expect(chat.log).not_to_contain_text("引き継いでいます")


async def test_a_link_the_counter_refuses_says_so_once(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address)).open()
    refused = {"type": "urn:problem:invalid-request", "status": 400}
    headers = {"Access-Control-Allow-Origin": "*"}
    await chat.page.route(
        "**/webchat/messages",
        lambda route: route.fulfill(status=400, json=refused, headers=headers),
    )
    await chat.page.evaluate("location.hash = 'madoguchi=00000000'")
    await expect(chat.log).to_contain_text("引き継げませんでした")
    await expect(chat.again).to_have_count(0)
