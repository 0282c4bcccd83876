"""Writing: with an input method, over several lines, with a pause in between."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.browser.chromium import CDPSession, Route, expect
from tests.browser.visits import Visits
from tests.browser.widget import Widget, until
from tests.support.server import Server

READING = "しぶや"
KANJI = "渋谷店は何時までですか"
ENTER = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
ENTER_FOR_THE_INPUT_METHOD = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
SAFARI = """(box, text) => {
    const fire = (kind, init) => box.dispatchEvent(
        new kind.type(kind.name, {bubbles: true, composed: true, cancelable: true, ...init}));
    const start = {type: CompositionEvent, name: "compositionstart"};
    const end = {type: CompositionEvent, name: "compositionend"};
    const input = {type: InputEvent, name: "input"};
    const down = {type: KeyboardEvent, name: "keydown"};
    fire(start, {});
    box.value = text;
    fire(input, {isComposing: true, inputType: "insertCompositionText", data: text});
    fire(end, {data: text});
    fire(down, {key: "Enter", code: "Enter", keyCode: 229, isComposing: false});
}"""
LATE_ENTER = SAFARI.replace("keyCode: 229", "keyCode: 13")


async def keyboard(chat: Widget) -> CDPSession:
    """The keyboard below the page, where input methods are."""
    await chat.box.focus()
    return await chat.page.context.new_cdp_session(chat.page)


async def press(keys: CDPSession, key: dict[str, Any]) -> None:
    await keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    await keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})


async def compose(keys: CDPSession, text: str) -> None:
    end = len(text)
    wish = {"text": text, "selectionStart": end, "selectionEnd": end}
    await keys.send("Input.imeSetComposition", wish)


async def nothing_was_sent(chat: Widget, draft: str) -> None:
    """The text still stands in the box; only after Enter of the customer's own is it said."""
    await expect(chat.box).to_have_value(draft)
    assert await chat.own() == []


async def press_until_sent(chat: Widget) -> None:
    """Press Enter, and again if that was too soon after the composition for a human hand."""

    async def look() -> bool:
        await chat.box.press("Enter")
        return await chat.box.input_value() == ""

    await until(look, chat.messages)


async def test_enter_that_confirms_kanji_does_not_send(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address)).open()
    keys = await keyboard(chat)
    await compose(keys, READING)
    await press(keys, ENTER_FOR_THE_INPUT_METHOD)
    await nothing_was_sent(chat, READING)
    await compose(keys, KANJI)
    await press(keys, ENTER)  # some input methods tell the page the key itself
    await nothing_was_sent(chat, KANJI)
    await keys.send("Input.insertText", {"text": KANJI})
    await press(keys, ENTER_FOR_THE_INPUT_METHOD)
    await nothing_was_sent(chat, KANJI)
    await press_until_sent(chat)
    await chat.answered(KANJI, "11:00–21:00")
    assert len(await chat.own()) == 1
    await expect(chat.box).to_have_value("")


async def test_enter_that_comes_after_the_composition_does_not_send(
    visits: Visits, counter: Server
) -> None:
    """Safari reports the confirming Enter when the composition has ended already."""
    chat = await (await visits(counter.address)).open()
    await chat.box.focus()
    for safari in (SAFARI, LATE_ENTER):
        await chat.box.evaluate(safari, KANJI)
        await nothing_was_sent(chat, KANJI)
    await chat.send.click()
    await chat.answered(KANJI, "11:00–21:00")


async def test_shift_and_enter_begin_a_new_line(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.box.press_sequentially("渋谷店は")
    low = await chat.box.bounding_box()
    await chat.box.press("Shift+Enter")
    await chat.box.press_sequentially("何時までですか")
    await expect(chat.box).to_have_value("渋谷店は\n何時までですか")
    tall = await chat.box.bounding_box()
    assert low is not None
    assert tall is not None
    assert tall["height"] > low["height"]
    await chat.box.press("Enter")
    await chat.answered("渋谷店は", "11:00–21:00")


async def test_nothing_is_sent_when_nothing_is_written(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.say("  \n ")
    await chat.say("")
    await chat.ask(KANJI, "11:00–21:00")
    assert len(await chat.own()) == 1


async def test_a_draft_is_kept_over_closing_and_a_reload(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.box.press_sequentially("渋谷店の")
    await chat.close.click()
    await chat.open()
    await expect(chat.box).to_have_value("渋谷店の")
    await chat.page.reload()
    await chat.open()
    await expect(chat.box).to_have_value("渋谷店の")
    await chat.ask(KANJI, "11:00–21:00")
    await chat.page.reload()
    await chat.open()
    await expect(chat.box).to_have_value("")


async def test_what_the_shop_tells_of_itself_late_does_not_touch_what_is_being_written(
    visits: Visits, counter: Server
) -> None:
    """The shop's name and the ways to other channels come when a word is half converted."""
    chat = await visits(counter.address)
    told = asyncio.Event()

    async def late(route: Route) -> None:
        await told.wait()
        await route.continue_()

    await chat.page.route("**/webchat/config", late)
    await chat.open()
    keys = await keyboard(chat)
    field = await chat.box.element_handle()
    await compose(keys, READING)
    told.set()
    await expect(chat.panel.get_by_role("heading", name="そよぎ商店")).to_be_visible()
    await nothing_was_sent(chat, READING)
    assert await chat.box.evaluate("(box, before) => box === before", field)
    await expect(chat.box).to_be_focused()
