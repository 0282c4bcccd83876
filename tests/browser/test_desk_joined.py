"""A customer turns out to be known: the page goes on with the joined conversation."""

from __future__ import annotations

import re

from tests.browser.chromium import expect
from tests.browser.customers import customer
from tests.browser.desk import SATO, TANAKA, Desks
from tests.browser.test_widget_api import signed
from tests.support.server import Server

MEMBER = "m-034"
"""A member whose talk no other test looks at: it is with the staff."""
JOINED = "お客様のほかのチャネルの会話と1つになりました。"


async def test_what_was_being_written_goes_along_and_is_sent_there(
    desks: Desks, counter: Server
) -> None:
    desk, colleague = await desks(SATO), await desks(TANAKA)
    async with (
        customer(counter.address, identity=signed(MEMBER)) as at_home,
        customer(counter.address) as visitor,
    ):
        await at_home.say("渋谷店は何時までですか")
        await at_home.hears("11:00–21:00")
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.reply_box.fill("ただいまお調べして")
        await colleague.open(come.id)
        await visitor.identify(signed(MEMBER))
        await expect(desk.toast).to_contain_text("同じお客様のほかの会話と1つになりました。")
        await expect(desk.page).not_to_have_url(re.compile(come.id))
        await expect(desk.message(JOINED)).to_have_attribute("data-author", "note")
        await expect(desk.message("11:00–21:00").first).to_be_visible()
        await expect(desk.reply_box).to_have_value("ただいまお調べして")
        await desk.reply("ただいまお調べしております。")
        await visitor.hears("ただいまお調べしております。")
        await expect(desk.reply_box).to_have_value("")
        await expect(desk.row(come.id)).to_have_count(0)
        # Who only looks on is taken along as well.
        await expect(colleague.message("ただいまお調べしております。")).to_be_visible()
        await desk.button("対応を終える").click()
        await desk.dialog.get_by_label("ご案内済み").check()
        await desk.dialog.get_by_role("button", name="対応を終える").click()
