"""What a supervisor sees and may do: calls, mutes, the bot's wrong answers, who did what."""

from __future__ import annotations

import re

from tests.browser.chromium import expect
from tests.browser.customers import customer
from tests.browser.desk import CHIEF, SATO, Desks
from tests.browser.widget import until
from tests.support.server import Server

ACTIONS = {"引き受け", "返信", "会話を閲覧"}


async def test_a_supervisor_is_called_to_a_difficult_talk(desks: Desks, counter: Server) -> None:
    desk, chief = await desks(SATO), await desks(CHIEF)
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.more("要注意にする")
        await expect(chief.row(come.id)).to_contain_text("要注意")
        await desk.more("責任者を呼ぶ")
        await desk.dialog.get_by_role("textbox").fill("暴言が続いています")
        await desk.dialog.get_by_role("button", name="責任者を呼ぶ").click()
        await expect(chief.row(come.id)).to_contain_text("責任者を呼出中")
        await chief.open(come.id)
        await expect(chief.message("暴言が続いています")).to_have_attribute("data-author", "note")
        await expect(chief.row(come.id)).not_to_contain_text("責任者を呼出中")
        await desk.more("警告文を送る")
        await desk.dialog.get_by_role("button", name="警告文を送る").click()
        await expect(desk.toast).to_contain_text("警告文を送りました。")
        await chief.more("受信を一時停止")
        await chief.dialog.get_by_label("15分").check()
        await chief.dialog.get_by_role("button", name="受信を一時停止").click()
        await expect(chief.row(come.id)).to_contain_text("受信停止中")
        await expect(desk.row(come.id)).to_contain_text("受信停止中")
        await chief.more("受信の停止を解除")
        await expect(chief.toast).to_contain_text("受信の停止を解除しました。")
        await expect(desk.row(come.id)).not_to_contain_text("受信停止中")
        await visitor.hears("ご案内を再開いたします")


async def test_only_a_supervisor_may_mute(desks: Desks, counter: Server) -> None:
    desk = await desks(SATO)
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.talk.locator("summary").click()
        await expect(desk.button("警告文を送る")).to_be_visible()
        await expect(desk.button("受信を一時停止")).to_have_count(0)
        await expect(desk.pages.get_by_role("link", name="操作記録")).to_have_count(0)
        await desk.page.goto(f"{desk.server}/desk#/audit")
        await expect(desk.page.locator(".page.audit")).to_have_count(0)


async def test_a_wrong_answer_of_the_bot_is_kept_with_the_right_one(
    desks: Desks, counter: Server
) -> None:
    desk, chief = await desks(SATO), await desks(CHIEF)
    async with customer(counter.address) as visitor:
        await visitor.say("渋谷店は何時までですか")
        await visitor.hears("11:00–21:00")
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.open(come.id)
        await desk.correct("11:00–21:00", "本日は20時までです")
        assert "本日は20時まで" not in str(await visitor.timeline())
        await chief.go_to("学習候補")
        kept = chief.page.locator(".results li").filter(has_text="本日は20時までです")
        await expect(kept).to_contain_text("11:00–21:00")
        await expect(kept).to_contain_text("渋谷店は何時までですか")
        await kept.get_by_role("link", name="会話を開く").click()
        await expect(chief.message("11:00–21:00").first).to_be_visible()


async def test_who_did_what_is_on_record(desks: Desks, counter: Server) -> None:
    desk, chief = await desks(SATO), await desks(CHIEF)
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.reply("記録に残る返信です")
        await chief.go_to("操作記録")
        rows = chief.page.get_by_role("row").filter(
            has=chief.page.locator(f'a[href="#/c/{come.id}"]')
        )

        async def recorded() -> set[str]:
            """What is written down by now: a reply may be on the screen a moment before that."""
            await chief.page.reload()
            await expect(rows.first).to_be_visible()
            said = await rows.filter(has_text="佐藤").all_inner_texts()
            return {action for action in ACTIONS if any(action in each for each in said)}

        async def all_of_it() -> bool:
            return await recorded() == ACTIONS

        await until(all_of_it, recorded)
        await expect(chief.page.locator(".page")).not_to_contain_text("記録に残る返信です")


async def test_the_bot_suggests_an_answer_when_asked(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await visitor.say("渋谷店は何時までですか")
        await expect(desk.message("渋谷店は何時まで")).to_be_visible()
        await desk.button("回答案").click()
        await expect(desk.reply_box).to_have_value(re.compile("11:00–21:00"))
        assert "11:00–21:00" not in str(await visitor.timeline())
