"""What stands in the chat's menu: ending the talk, and going on in another channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.access import axe
from tests.browser.chromium import expect
from tests.browser.conftest import Photograph
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.browser.widget import Widget
from tests.support.server import Server


@dataclass(frozen=True)
class Said:
    question: str
    answer: str
    leave: str
    sure: str
    yes: str
    no: str
    line: str
    no_line: str


SAID = {
    "ja": Said(
        question="渋谷店は何時までですか",
        answer="11:00–21:00",
        leave="この端末での会話を終える",
        sure="この端末での会話を終えますか",
        yes="終了する",
        no="このまま続ける",
        line="LINEで続ける",
        no_line="LINEで続ける準備ができませんでした",
    ),
    "en": Said(
        question="When does the Shibuya store close?",
        answer="11:00",
        leave="End the conversation on this device",
        sure="End the conversation on this device?",
        yes="End it",
        no="Keep talking",
        line="Continue in LINE",
        no_line="The way to LINE could not be made ready",
    ),
}


async def talking(chat: Widget) -> Said:
    """A talk with one question and its answer."""
    said = SAID[chat.language]
    await chat.open()
    await chat.ask(said.question, said.answer)
    return said


async def pick(chat: Widget, entry: str) -> None:
    await chat.button(chat.names.menu).click()
    await chat.button(entry).click()


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_ending_the_talk_takes_a_second_word(
    visits: Visits, counter: Server, language: str
) -> None:
    chat = await visits(counter.address, language)
    said = await talking(chat)
    before = await chat.whole_transcript()
    await pick(chat, said.leave)
    await expect(chat.log).to_contain_text(said.sure)
    await chat.choice(said.no).click()
    await expect(chat.log).not_to_contain_text(said.sure)
    await chat.comes_to_show(before)
    await expect(chat.box).to_be_focused()
    await pick(chat, said.leave)
    await chat.choice(said.yes).click()
    await expect(chat.log).not_to_contain_text(said.question)
    await chat.page.reload()
    await chat.open()
    await expect(chat.log).not_to_contain_text(said.question)


async def test_who_goes_on_talking_is_not_asked_any_more_whether_to_end(
    visits: Visits, counter: Server
) -> None:
    chat = await visits(counter.address)
    said = await talking(chat)
    await pick(chat, said.leave)
    await expect(chat.log).to_contain_text(said.sure)
    await chat.ask("ありがとう")
    await expect(chat.log).not_to_contain_text(said.sure)
    await expect(chat.log).to_contain_text(said.question)


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_the_question_whether_to_end_is_reached_by_keys_and_seen(
    visits: Visits, counter: Server, photograph: Photograph, device: dict[str, Any]
) -> None:
    chat = await visits(counter.address, device=device)
    said = await talking(chat)
    await pick(chat, said.leave)
    await expect(chat.log.get_by_text(said.sure)).to_be_in_viewport()
    await expect(chat.choice(said.yes)).to_be_in_viewport()
    await chat.at_rest()
    await photograph(chat.page, f"leaving-{'phone' if device is PHONE else 'desktop'}")
    assert await axe(chat.page) == []
    # Whoever presses Enter once more by mistake stays.
    await expect(chat.choice(said.no)).to_be_focused()
    await chat.page.keyboard.press("Shift+Tab")
    await expect(chat.choice(said.yes)).to_be_focused()


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_when_there_is_no_way_to_line_just_that_is_said(
    visits: Visits, counter: Server, language: str
) -> None:
    chat = await visits(counter.address, language)
    said = await talking(chat)
    problem = {"type": "urn:problem:unavailable", "status": 503}
    headers = {"Access-Control-Allow-Origin": "*"}
    ways = "**/webchat/elsewhere"
    await chat.page.route(
        ways, lambda route: route.fulfill(status=503, json=problem, headers=headers)
    )
    await pick(chat, said.line)
    await expect(chat.log.get_by_text(said.no_line)).to_be_in_viewport()
    await chat.page.unroute(ways)
    await pick(chat, said.line)
    await expect(chat.log.get_by_role("img", name="QR: LINE")).to_be_visible()
    await expect(chat.log).not_to_contain_text(said.no_line)
