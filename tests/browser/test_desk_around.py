"""Around the talks: the customer's data, search, being away, being called, a lost network."""

from __future__ import annotations

from tests.browser.chromium import expect
from tests.browser.customers import customer
from tests.browser.desk import SATO, Desks, Staff, hire
from tests.browser.test_widget_api import signed
from tests.browser.visits import DESKTOP
from tests.support.server import Server

MAYU, PHONE_END = "m-018", "1018"
"""A member whose talk no other test looks at: it stays with the staff."""
KIMURA = Staff("kimura@example.com", "木村")
"""Goes away and comes back; the others' tests find them at the desk all the time."""
NOTICES = """() => {
    window.notices = [];
    window.Notification = class {
        static permission = "granted";
        static requestPermission = async () => "granted";
        constructor(title, {body}) { notices.push(title + body); }
        close() {}
    };
    Object.defineProperty(document, "visibilityState", {get: () => window.seen ?? "visible"});
}"""
TONES = """() => {
    window.tones = 0;
    const {start} = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...given) { tones++; start.apply(this, given); };
}"""


async def test_what_the_shop_knows_is_opened_one_by_one(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address, identity=signed(MAYU)) as visitor:
        await visitor.ask_for_a_person()
        row = desk.queue.get_by_role("link").filter(has_text="井上 真由")
        await expect(row).to_contain_text("会員")
        await row.click()
        panel = desk.aside.get_by_role("region", name="お客様の情報")
        profile = panel.get_by_role("button", name="登録情報: 表示する")
        await expect(profile).to_be_visible()
        await expect(panel).not_to_contain_text(PHONE_END)
        await profile.click()
        await expect(panel).to_contain_text(PHONE_END)
        await panel.get_by_role("button", name="注文: 表示する").click()
        await expect(panel.locator(".block").first).to_be_visible()
        await expect(panel).to_contain_text("時点")
        await panel.get_by_role("button", name="登録情報: 隠す").click()
        await expect(panel).not_to_contain_text(PHONE_END)


async def test_who_is_not_proven_has_nothing_to_open(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.open(come.id)
        await expect(desk.aside).to_contain_text("表示できる情報はありません")
        await expect(desk.aside.get_by_role("button", name="表示する")).to_have_count(0)


async def test_old_talks_are_found_again(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.reply("番号は検索用七七四二です")
        await desk.page.keyboard.press("Escape")
        await desk.page.keyboard.press("s")
        box = desk.page.get_by_role("searchbox", name="やりとりを検索")
        await expect(box).to_be_focused()
        await box.fill("七七四二")
        await box.press("Enter")
        found = desk.page.locator(".results a")
        await expect(found).to_have_count(1)
        await found.click()
        await expect(desk.message("検索用七七四二")).to_be_visible()
        await desk.page.go_back()
        await box.fill("どこにもない言葉")
        await box.press("Enter")
        await expect(desk.page.get_by_text("見つかりませんでした。")).to_be_visible()


async def test_at_the_end_of_a_shift_all_of_mine_go_back(desks: Desks, counter: Server) -> None:
    await hire(counter, KIMURA)
    desk = await desks(KIMURA)
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.status.click()
        await expect(desk.status).to_have_text("離席中")
        await desk.page.reload()
        await expect(desk.status).to_have_text("離席中")
        await desk.settings()
        await desk.page.get_by_role("button", name="対応中をすべて引き継ぐ").click()
        await desk.dialog.get_by_role("button", name="対応中をすべて引き継ぐ").click()
        await expect(desk.toast).to_contain_text("順番待ちに戻しました")
        await expect(desk.row(come.id, "us")).not_to_contain_text("対応中")
        await desk.status.click()
        await expect(desk.status).to_have_text("受付中")


async def test_nothing_is_missed_while_the_network_is_gone(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)
        await desk.page.context.set_offline(True)
        await expect(desk.page.get_by_text("オフラインです")).to_be_visible()
        await visitor.say("聞こえていますか")
        await desk.reply_box.fill("はい、承ります")
        await desk.reply_box.press("Enter")
        await expect(desk.toast).to_contain_text("入力した内容は残っています")
        await expect(desk.reply_box).to_have_value("はい、承ります")
        await desk.page.context.set_offline(False)
        await expect(desk.message("聞こえていますか")).to_be_visible()
        await expect(desk.page.get_by_text("オフラインです")).to_have_count(0)
        await desk.reply_box.press("Enter")
        await visitor.hears("はい、承ります")


async def test_a_reply_whose_answer_was_lost_arrives_once(desks: Desks, counter: Server) -> None:
    desk = await desks()
    async with customer(counter.address) as visitor:
        async with desk.arrival() as come:
            await visitor.ask_for_a_person()
        await desk.take(come.id)

        async def lose(route: object) -> None:
            await route.fetch()  # type: ignore[attr-defined]
            await route.abort()  # type: ignore[attr-defined]

        await desk.page.route("**/reply", lose)
        await desk.reply_box.fill("一度だけ届きます")
        await desk.reply_box.press("Enter")
        await expect(desk.toast).to_contain_text("二重には届きません")
        await desk.page.unroute("**/reply")
        await desk.reply_box.press("Enter")
        await expect(desk.message("一度だけ届きます")).to_be_visible()
        await desk.reply("続きです")
        await visitor.hears("続きです")
        said = [item for item in await visitor.timeline() if item.get("text") == "一度だけ届きます"]
        assert len(said) == 1


async def test_a_notice_calls_without_saying_whom_it_is_about(
    desks: Desks, counter: Server
) -> None:
    desk = await desks(None, device={**DESKTOP, "permissions": ["notifications"]})
    await desk.page.add_init_script(f"({NOTICES})()")
    await desk.log_in(SATO)
    await desk.settings()
    await desk.page.get_by_label("デスクトップ通知").check()
    await desk.page.evaluate("window.seen = 'hidden'")
    async with customer(counter.address) as visitor, desk.arrival():
        await visitor.ask_for_a_person()
    told = await desk.page.evaluate("notices")
    assert told
    assert set(told) == {"お客様がお待ちです窓口デスクを開いてご確認ください。"}


async def test_the_sound_is_off_until_somebody_wants_it(desks: Desks, counter: Server) -> None:
    desk = await desks(None)
    await desk.page.add_init_script(f"({TONES})()")
    await desk.log_in(SATO)
    async with customer(counter.address) as visitor, desk.arrival():
        await visitor.ask_for_a_person()
    assert await desk.page.evaluate("tones") == 0
    await desk.settings()
    await desk.page.get_by_label("新着の音").check()
    heard = await desk.page.evaluate("tones")
    assert heard > 0
    async with customer(counter.address) as visitor, desk.arrival():
        await visitor.ask_for_a_person()
    assert await desk.page.evaluate("tones") > heard
