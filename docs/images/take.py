"""The pictures in the READMEs, of a demo that runs.

    python docs/images/take.py [address, default http://127.0.0.1:8000] E-MAIL PASSWORD

Writes `demo.png`, `channels.png`, `desk.png` and their Japanese sisters beside this file. E-mail
and password are those of one of the demo's staff. Needs Chromium.
"""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, FrameLocator, Page, async_playwright, expect

HERE = Path(__file__).parent
WIDE = {"viewport": {"width": 1120, "height": 780}}
PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
THREE = {"viewport": {"width": 1440, "height": 900}}
BESIDE = """<body style="margin:0;background:#e9e6de;display:flex;gap:44px;padding:40px">
<img style="border-radius:14px;box-shadow:0 8px 20px #0002;height:780px" src="{wide}">
<img style="border-radius:34px;border:7px solid #22302a;height:780px" src="{phone}">"""


@dataclass(frozen=True)
class Talk:
    """What is done and seen in one language."""

    file: str
    locale: str
    member: str
    name: str
    asked: str
    more: str
    seen: str
    menu: str
    line: str
    send: str
    scan: str
    that_one: str
    there: str
    person: str
    joined: str
    answer: str
    sections: tuple[str, ...]


TALKS = {
    "ja": Talk(
        file="{}.ja.png",
        locale="ja-JP",
        member="m-005",
        name="伊藤",
        asked="お取り置きする",
        more="有効期限を見る",
        seen="ポイントの有効期限は",
        menu="メニュー",
        line="LINEで続ける",
        send="送信",
        scan="QRで続きから",
        that_one="それ、梅田店は？",
        there="梅田店",
        person="担当者と話したいです",
        joined="代わりました",
        answer="確認いたしますので、少々お待ちください。",
        sections=("注文", "ポイント"),
    ),
    "en": Talk(
        file="{}.png",
        locale="en-US",
        member="m-009",
        name="Emma",
        asked="Put it aside",
        more="When points expire",
        seen="Your points can be used",
        menu="Menu",
        line="Continue in LINE",
        send="Send",
        scan="Scan the QR code",
        that_one="That one, in Umeda?",
        there="Umeda",
        person="I would like to talk to a person",
        joined="is with you now",
        answer="Let me look into it for you.",
        sections=("Orders", "Points"),
    ),
}


async def opened(browser: Browser, talk: Talk, address: str, device: dict[str, Any]) -> Page:
    context = await browser.new_context(
        locale=talk.locale, timezone_id="Asia/Tokyo", reduced_motion="reduce", **device
    )
    page = await context.new_page()
    await page.goto(address)
    return page


async def ask(shop: Page | FrameLocator, question: int) -> None:
    """Tap one of the questions on the shop's page and send it."""
    await shop.locator(".tries button").nth(question).click()
    await shop.locator("madoguchi-chat").get_by_role("textbox").press("Enter")


async def wide(browser: Browser, talk: Talk, shop: str) -> bytes:
    """A question of stock on a wide screen."""
    page = await opened(browser, talk, shop, WIDE)
    await ask(page, 0)
    await expect(page.get_by_role("button", name=talk.asked)).to_be_visible()
    await page.mouse.move(3, 400)
    return await page.screenshot()


async def phone(browser: Browser, talk: Talk, shop: str) -> bytes:
    """A member asks for their points on a phone."""
    page = await opened(browser, talk, shop, PHONE)
    await page.locator("#people summary").click()
    async with page.expect_response("**/webchat/identify"):
        await page.locator(f"#people button[value={talk.member}]").click()
    await ask(page, 2)
    await page.get_by_role("button", name=talk.more).click()
    await expect(page.locator("madoguchi-chat").get_by_role("log")).to_contain_text(talk.seen)
    return await page.screenshot()


async def beside(browser: Browser, *shown: bytes) -> bytes:
    """A wide screen beside a phone."""
    wide_shot, phone_shot = (
        f"data:image/png;base64,{base64.b64encode(each).decode()}" for each in shown
    )
    page = await browser.new_page(viewport={"width": 1648, "height": 874})
    await page.set_content(BESIDE.format(wide=wide_shot, phone=phone_shot))
    return await page.screenshot()


async def channels(browser: Browser, talk: Talk, address: str) -> bytes:
    """A question goes from the shop to LINE, and on to Telegram."""
    page = await opened(browser, talk, address, THREE)
    shop = page.frame_locator("#shop")
    line, telegram = (page.get_by_role("region", name=name) for name in ("LINE", "Telegram"))
    await ask(shop, 0)
    await expect(shop.get_by_role("button", name=talk.asked)).to_be_visible()
    await shop.get_by_role("button", name=talk.menu).click()
    await shop.get_by_role("button", name=talk.line).click()
    await shop.locator("madoguchi-chat").get_by_role("link", name="LINE").click()
    await line.get_by_role("button", name=talk.send).click()
    await expect(line.get_by_role("button", name=talk.asked)).to_be_visible()
    await telegram.get_by_role("button", name=talk.scan).click()
    await expect(telegram.get_by_role("button", name=talk.asked)).to_be_visible()
    await telegram.get_by_role("textbox").fill(talk.that_one)
    await telegram.get_by_role("textbox").press("Enter")
    await expect(page.locator("#strip article")).to_contain_text(talk.there)
    return await page.screenshot()


async def desk(browser: Browser, talk: Talk, address: str, staff: tuple[str, str]) -> bytes:
    """A member asks for a person, who takes the talk and opens the member's orders and points."""
    language = talk.locale.partition("-")[0]
    page = await opened(browser, talk, f"{address}/desk/login", THREE)
    chosen = json.dumps({"locale": language})
    await page.evaluate("chosen => localStorage.setItem('desk.settings', chosen)", chosen)
    await page.locator("input[type=email]").fill(staff[0])
    await page.locator("input[type=password]").fill(staff[1])
    await page.keyboard.press("Enter")
    await page.locator("nav section").first.wait_for()
    shop = await opened(browser, talk, f"{address}/?lang={language}", WIDE)
    await shop.locator("#people summary").click()
    async with shop.expect_response("**/webchat/identify"):
        await shop.locator(f"#people button[value={talk.member}]").click()
    await ask(shop, 2)
    await expect(shop.get_by_role("button", name=talk.more)).to_be_visible()
    words = shop.locator("madoguchi-chat").get_by_role("textbox")
    await words.fill(talk.person)
    await words.press("Enter")
    await page.locator("li[data-id] a").filter(has_text=talk.name).click()
    await expect(page.get_by_role("log").get_by_text(talk.person)).to_be_visible()
    await page.keyboard.press("t")
    await expect(shop.locator("madoguchi-chat").get_by_role("log")).to_contain_text(talk.joined)
    for section in talk.sections:
        await page.get_by_role("button", name=section).click()
    await page.keyboard.press("r")
    await page.keyboard.type(talk.answer)
    await page.keyboard.press("Enter")
    await expect(shop.locator("madoguchi-chat").get_by_role("log")).to_contain_text(talk.answer)
    await expect(page.get_by_role("log").get_by_text(talk.answer)).to_be_visible()
    return await page.screenshot()


async def main(address: str, staff: tuple[str, str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        expect.set_options(timeout=60_000)
        for language, talk in TALKS.items():
            shop = f"{address}/?lang={language}"
            both = await wide(browser, talk, shop), await phone(browser, talk, shop)
            (HERE / talk.file.format("demo")).write_bytes(await beside(browser, *both))
            three = await channels(browser, talk, f"{address}/channels?lang={language}")
            (HERE / talk.file.format("channels")).write_bytes(three)
            seen = await desk(browser, talk, address, staff)
            (HERE / talk.file.format("desk")).write_bytes(seen)
        await browser.close()


if __name__ == "__main__":
    *where, email, password = sys.argv[1:]
    asyncio.run(main(where[0] if where else "http://127.0.0.1:8000", (email, password)))
