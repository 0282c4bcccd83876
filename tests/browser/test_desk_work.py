"""A day at the desk: log in, take, answer, pass on, give back, be done."""

from __future__ import annotations

import pytest

from tests.browser.chromium import expect
from tests.browser.customers import customer
from tests.browser.desk import SATO, TANAKA, Desk, Desks
from tests.support.server import Server


async def test_who_is_not_logged_in_sees_the_log_in_page(desks: Desks) -> None:
    desk = await desks(None)
    await desk.page.goto(f"{desk.server}/desk")
    await desk.give(SATO, "not the password")
    await expect(desk.page.get_by_role("alert")).to_have_text(
        "メールアドレスまたはパスワードが違います。"
    )
    await desk.give(SATO)
    await expect(desk.queue).to_be_visible()


async def test_a_customer_is_taken_answered_and_done(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await expect(desk.row(come.id, "us")).to_contain_text("担当者を希望")
        await desk.take(come.id)
        await visitor.hears("佐藤")
        await desk.reply("お待たせいたしました。")
        assert (await visitor.hears("お待たせいたしました。"))["name"] == "佐藤"
        await expect(desk.row(come.id, "customer")).to_be_visible()
        await visitor.say("ありがとうございます、箱が潰れていました")
        await expect(desk.message("箱が潰れていました")).to_be_visible()
        await expect(desk.row(come.id, "us")).to_be_visible()
        await desk.button("対応を終える").click()
        await desk.dialog.get_by_label("ご案内済み").check()
        await desk.dialog.get_by_role("button", name="対応を終える").click()
        await expect(desk.row(come.id)).to_have_count(0)
        await expect(desk.talk).to_contain_text("対応終了")


async def test_the_bot_goes_on_where_it_was_handed_back(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        await visitor.say("ソラの26.5cm ブラックはありますか")
        await visitor.hears("店")
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.button("自動応答に戻す").click()
        await desk.dialog.get_by_role("textbox").fill("在庫のご案内の途中です。")
        await desk.dialog.get_by_role("button", name="自動応答に戻す").click()
        await expect(desk.row(come.id)).to_have_count(0)
        await expect(desk.message("在庫のご案内の途中です。")).to_have_attribute(
            "data-author", "note"
        )
        await visitor.say("渋谷店は何時までですか")
        await visitor.hears("11:00–21:00")


async def test_a_note_is_for_colleagues_only(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.open(come.id)
        await desk.page.get_by_role("radio", name="社内メモ").check()
        await desk.note_box.fill("先週も同じ内容でした")
        await desk.note_box.press("Enter")
        note = desk.message("先週も同じ内容でした")
        await expect(note).to_have_attribute("data-author", "note")
        await expect(note).to_contain_text("佐藤")
        assert "先週も" not in str(await visitor.timeline())
        colleague = await desks(TANAKA)
        await colleague.open(come.id)
        await expect(colleague.message("先週も同じ内容でした")).to_be_visible()


@pytest.mark.parametrize("opening", ["/", "／", "・"])
async def test_a_canned_reply_is_found_by_a_slash(
    desks: Desks, counter: Server, opening: str
) -> None:
    """Whatever the slash key gives under a Japanese input method."""
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.reply_box.focus()
        await desk.page.keyboard.insert_text(opening)
        find = desk.page.get_by_role("combobox", name="定型文を検索")
        await expect(find).to_be_focused()
        first = desk.canned.first
        words = await first.locator("span").text_content()
        assert words
        await find.fill("ご挨拶")
        await expect(first).to_have_attribute("aria-selected", "true")
        await find.press("Enter")
        await expect(desk.reply_box).to_have_value(words)
        # Nobody's name is known here, and it does not go out unfilled.
        assert words.startswith("〔お名前〕様")
        await desk.reply_box.press("Enter")
        await expect(desk.toast).to_contain_text("書き換えてから")
        await desk.page.keyboard.insert_text("山田")
        await desk.reply_box.press("Enter")
        await visitor.hears("山田様", "佐藤です")


async def test_two_take_at_once_and_one_is_told_kindly(desks: Desks, counter: Server) -> None:
    sato = await desks(SATO)
    async with customer(counter.address) as visitor:
        async with sato.arrival() as come:
            await visitor.ask_for_a_person()
        # What happens from now on does not reach this browser.
        tanaka = await desks(None)
        await tanaka.page.route("**/desk/api/events*", lambda route: route.abort())
        await tanaka.log_in(TANAKA)
        await tanaka.open(come.id)
        await sato.take(come.id)
        await tanaka.button("引き受ける").click()
        await expect(tanaka.toast).to_contain_text("佐藤さんが先に引き受けました。")
        await expect(tanaka.reply_box).to_be_hidden()
        await expect(tanaka.talk).to_contain_text("佐藤さんが対応しています。")


async def test_who_else_looks_at_it_is_seen(desks: Desks, counter: Server) -> None:
    sato, tanaka = await desks(SATO), await desks(TANAKA)
    async with customer(counter.address) as visitor:
        async with sato.arrival() as come:
            await visitor.ask_for_a_person()
        await sato.open(come.id)
        await tanaka.open(come.id)
        await expect(sato.talk.get_by_text("田中さんが閲覧中")).to_be_visible()
        await tanaka.page.goto(f"{tanaka.server}/desk#/")
        await expect(sato.talk.get_by_text("田中さんが閲覧中")).to_have_count(0)


async def test_a_colleague_gets_it_with_the_whole_story(desks: Desks, counter: Server) -> None:
    sato, tanaka = await desks(SATO), await desks(TANAKA)
    async with customer(counter.address) as visitor:
        async with sato.arrival() as come:
            await visitor.ask_for_a_person()
        await sato.take(come.id)
        await sato.reply("担当の者に確認いたします。")
        await sato.button("引き継ぐ").click()
        await sato.dialog.get_by_label("田中").check()
        await sato.dialog.get_by_role("button", name="引き継ぐ").click()
        await expect(sato.toast).to_contain_text("引き継ぎました。")
        await expect(tanaka.row(come.id, "us")).to_be_visible()
        await tanaka.take(come.id)
        await expect(tanaka.message("担当の者に確認いたします。")).to_be_visible()
        await tanaka.reply("田中が承ります。")
        assert (await visitor.hears("田中が承ります。"))["name"] == "田中"


async def test_a_colleague_is_seen_to_write(desks: Desks, counter: Server) -> None:
    sato, tanaka = await desks(SATO), await desks(TANAKA)
    async with customer(counter.address) as visitor:
        async with sato.arrival() as come:
            await visitor.ask_for_a_person()
        await sato.take(come.id)
        await tanaka.open(come.id)
        # Who writes is told to those who look on by then, and not again.
        await expect(sato.talk.get_by_text("田中さんが閲覧中")).to_be_visible()
        await sato.reply_box.press_sequentially("お調べ")
        await expect(tanaka.talk.get_by_text("佐藤さんが入力中")).to_be_visible()


async def test_a_first_visit_hears_of_no_session_that_ended(desks: Desks) -> None:
    desk = await desks(None)
    await desk.page.goto(f"{desk.server}/desk#/search")
    await _is_told_of_no_session_that_ended(desk)
    await desk.give(SATO)
    await expect(desk.page.get_by_role("heading", name="検索")).to_be_visible()


async def _is_told_of_no_session_that_ended(desk: Desk) -> None:
    await expect(desk.page.get_by_label("パスワード")).to_be_visible()
    await expect(desk.page.get_by_text("有効期限が切れました")).to_have_count(0)


async def test_what_was_being_written_outlives_the_session(desks: Desks, counter: Server) -> None:
    """The session ends; after the log-in one is back in the same talk with the same words."""
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.reply_box.fill("書きかけの返信")
        await desk.page.context.clear_cookies()
        await desk.reply_box.press("Enter")
        await expect(desk.page.get_by_text("書きかけの内容は残っています")).to_be_visible()
        await desk.give(SATO)
        await expect(desk.reply_box).to_have_value("書きかけの返信")
        await desk.reply_box.press("Enter")
        await visitor.hears("書きかけの返信")


async def test_one_leaves_nothing_behind_at_the_log_out(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.reply_box.fill("まだ送っていない")
        await desk.settings()
        await desk.page.get_by_role("button", name="ログアウト").click()
        await expect(desk.page.get_by_label("パスワード")).to_be_visible()
        await _is_told_of_no_session_that_ended(desk)
        kept = await desk.page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
        assert "まだ送っていない" not in kept
        await desk.page.go_back()
        await expect(desk.page.get_by_label("パスワード")).to_be_visible()
