"""The desk without a mouse, and with an input method."""

from __future__ import annotations

from tests.browser.chromium import CDPSession, expect
from tests.browser.customers import customer
from tests.browser.desk import Desks
from tests.browser.test_widget_typing import (
    ENTER,
    ENTER_FOR_THE_INPUT_METHOD,
    LATE_ENTER,
    SAFARI,
    compose,
    press,
)
from tests.browser.widget import until
from tests.support.server import Server

READING = "しょうしょう"
KANJI = "少々お待ちください。"


async def test_a_whole_hand_off_by_single_keys(desks: Desks, counter: Server) -> None:
    desk = await desks()
    keys = desk.page.keyboard
    async with customer(counter.address) as first, customer(counter.address) as second:
        async with desk.arrival() as earlier:
            await first.ask_for_a_person()
        async with desk.arrival() as later:
            await second.ask_for_a_person()

        async def reached() -> bool:
            await keys.press("j")
            row = desk.row(earlier.id)
            return bool(await row.evaluate("row => row === document.activeElement"))

        await until(reached, desk.ids)
        await keys.press("j")
        await expect(desk.row(later.id)).to_be_focused()
        await keys.press("ArrowUp")
        await expect(desk.row(earlier.id)).to_be_focused()
        await keys.press("Enter")
        await expect(desk.row(earlier.id)).to_have_attribute("aria-current", "true")
        await expect(desk.button("引き受ける")).to_be_visible()
        await keys.press("t")
        await expect(desk.reply_box).to_be_visible()
        await keys.press("n")
        await expect(desk.note_box).to_be_focused()
        await keys.type("鍵だけで書いたメモ")
        await keys.press("Enter")
        await expect(desk.message("鍵だけで書いたメモ")).to_be_visible()
        await keys.press("Escape")
        await keys.press("r")
        await expect(desk.reply_box).to_be_focused()
        await keys.type("鍵だけで書いた返信")
        await keys.press("Enter")
        await first.hears("鍵だけで書いた返信")
        await keys.press("Escape")
        await keys.press("/")
        await expect(desk.page.get_by_role("combobox", name="定型文を検索")).to_be_focused()
        await keys.press("Escape")
        await expect(desk.reply_box).to_be_focused()
        await keys.press("Escape")
        await keys.press("h")
        await expect(desk.dialog).to_be_visible()
        await keys.press("Escape")
        await expect(desk.dialog).to_have_count(0)
        await keys.press("e")
        await keys.press("Space")
        await keys.press("Enter")
        await expect(desk.row(earlier.id)).to_have_count(0)


async def test_the_keys_are_told(desks: Desks) -> None:
    desk = await desks()
    await desk.page.keyboard.press("?")
    for key in ("j", "t", "r", "n", "h", "e"):
        await expect(desk.dialog.get_by_text(key, exact=True)).to_be_visible()


async def test_keys_do_nothing_where_somebody_writes(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.reply_box.press_sequentially("the shirt? j/k, n, e")
        await expect(desk.reply_box).to_have_value("the shirt? j/k, n, e")
        await expect(desk.dialog).to_have_count(0)


async def test_every_action_is_reached_by_the_tab_key(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        wanted = {
            "受付中", "設定", "自動応答に戻す", "対応を終える", "引き継ぐ", "その他の操作",
            "定型文 (/)", "回答案", "お客様への返信", "送信", "検索", "会話",
        }  # fmt: skip
        seen = set()
        await desk.page.locator("body").evaluate("body => body.focus()")
        for _ in range(60):
            await desk.page.keyboard.press("Tab")
            name, shows, element = await desk.page.evaluate(_FOCUSED)
            assert shows, element
            seen.add(name)
        assert wanted - seen == set()


_FOCUSED = """() => {
    const {activeElement: at, body} = document;
    const label = at.getAttribute("aria-label")?.replace(/^現在は「(.*)」.*/, "$1");
    const shows = [at, at.parentElement, at.nextElementSibling]
        .some(each => each && getComputedStyle(each).outlineStyle !== "none");
    return [label ?? at.innerText, shows || at === body, at.outerHTML];
}"""


async def test_enter_that_confirms_kanji_does_not_send(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.reply_box.focus()
        keys: CDPSession = await desk.page.context.new_cdp_session(desk.page)
        await compose(keys, READING)
        await press(keys, ENTER_FOR_THE_INPUT_METHOD)
        await expect(desk.reply_box).to_have_value(READING)
        await compose(keys, KANJI)
        await press(keys, ENTER)  # some input methods tell the page the key itself
        await keys.send("Input.insertText", {"text": KANJI})
        await press(keys, ENTER_FOR_THE_INPUT_METHOD)
        await expect(desk.reply_box).to_have_value(KANJI)
        for safari in (SAFARI, LATE_ENTER):
            await desk.reply_box.evaluate(safari, KANJI)
            await expect(desk.reply_box).to_have_value(KANJI)
        await expect(desk.message(KANJI)).to_have_count(0)

        async def sent() -> bool:
            await desk.reply_box.press("Enter")
            return await desk.reply_box.input_value() == ""

        await until(sent, desk.reply_box.input_value)
        await visitor.hears(KANJI)
        await expect(desk.message(KANJI)).to_have_count(1)


async def test_shift_and_enter_begin_a_new_line(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.reply_box.press_sequentially("一行目")
        await desk.reply_box.press("Shift+Enter")
        await desk.reply_box.press_sequentially("二行目")
        await expect(desk.reply_box).to_have_value("一行目\n二行目")
        await desk.reply_box.press("Control+Enter")
        await visitor.hears("一行目\\n二行目")
