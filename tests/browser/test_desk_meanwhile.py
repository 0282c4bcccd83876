"""What comes meanwhile disturbs nobody in what they are doing."""

from __future__ import annotations

import asyncio

from tests.browser.chromium import Route, expect
from tests.browser.customers import customer
from tests.browser.desk import Desks
from tests.support.server import Server

FIRST, SECOND = "一つ目の返信です", "二つ目の返信です"


async def test_the_next_reply_is_written_while_one_goes_out(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        goes_on = asyncio.Event()

        async def hold(route: Route) -> None:
            await goes_on.wait()
            await route.continue_()

        await desk.page.route("**/reply", hold, times=1)
        for text in (FIRST, SECOND):
            await desk.reply_box.press_sequentially(text)
            await desk.reply_box.press("Enter")
            await expect(desk.reply_box).to_have_value("")
        goes_on.set()
        await visitor.hears(SECOND)
        said = [item.get("text") for item in await visitor.timeline()]
        assert [text for text in said if text in (FIRST, SECOND)] == [FIRST, SECOND]


async def test_replies_that_did_not_go_out_are_there_to_be_sent_again(
    desks: Desks, counter: Server
) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        is_lost = asyncio.Event()

        async def lose(route: Route) -> None:
            await is_lost.wait()
            await route.abort()

        await desk.page.route("**/reply", lose, times=1)
        for text in (FIRST, SECOND):
            await desk.reply_box.press_sequentially(text)
            await desk.reply_box.press("Enter")
        await desk.reply_box.press_sequentially("書きかけ")
        is_lost.set()
        await expect(desk.reply_box).to_have_value(f"{FIRST}\n{SECOND}\n書きかけ")
        await desk.reply_box.press("Enter")
        await visitor.hears("書きかけ")


async def test_what_is_about_to_be_pressed_stays_while_the_customer_writes(
    desks: Desks, counter: Server
) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.talk.locator("summary").click()
        flag = await desk.button("要注意にする").element_handle()
        await visitor.say("まだでしょうか")
        await expect(desk.message("まだでしょうか")).to_be_visible()
        await expect(desk.row(come.id)).to_contain_text("まだでしょうか")
        await desk.button("要注意にする").focus()
        assert await desk.button("要注意にする").evaluate("(now, before) => now === before", flag)
        await desk.page.keyboard.press("Enter")
        await expect(desk.row(come.id)).to_contain_text("要注意")
