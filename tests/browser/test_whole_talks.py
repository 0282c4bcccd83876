"""What customers come for, from the first question to the last word, on the shop's page."""

from __future__ import annotations

from tests.browser.chromium import expect
from tests.browser.codes import Codes
from tests.browser.conftest import Photograph
from tests.browser.visits import PHONE, Visits
from tests.support.server import Server


async def test_a_shoe_is_found_and_put_aside_on_a_phone(
    visits: Visits, counter: Server, photograph: Photograph
) -> None:
    chat = await (await visits(counter.address, device=PHONE)).open()
    await photograph(chat.page, "phone-first-open")
    await chat.ask("ソラの26.5cm ブラック、渋谷店にありますか", "在庫があります")
    await photograph(chat.page, "phone-stock")
    await chat.choose("お取り置きする", "お名前")
    await chat.ask("ヤマダ ハナコ", "12,900円", "ヤマダ ハナコ様")
    await photograph(chat.page, "phone-consent")
    await chat.choose("お取り置きする", "お取り置き番号は", "渋谷店")
    await photograph(chat.page, "phone-put-aside")
    before = await chat.whole_transcript()
    await chat.page.reload()
    await chat.open()
    await chat.comes_to_show(before)


async def test_a_dress_is_found_and_put_aside_in_english(
    visits: Visits, counter: Server, photograph: Photograph
) -> None:
    chat = await (await visits(counter.address, "en")).open()
    await photograph(chat.page, "desktop-first-open-en")
    await chat.ask("Is the Minamo Dress in navy S at Tenjin?", "nearly sold out at Tenjin")
    await chat.ask("that one, put it aside", "name")
    await chat.ask("Smith", "Minamo Dress")
    await photograph(chat.page, "desktop-consent-en")
    await chat.ask("yes", "The hold number is")


async def test_an_order_is_looked_up_with_a_code(
    visits: Visits, counter: Server, photograph: Photograph
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask("注文A-20448はいまどこですか", "ご本人")
    await chat.ask("10018842", "送り先")
    await photograph(chat.page, "desktop-choices")
    await chat.choose("y•••@", "確認コード")
    code = await Codes(counter.folder).arrives("yumiko.takahashi@example.jp")
    await chat.tell(code, "ご本人の確認ができました", "A-20448")
    await photograph(chat.page, "desktop-order")
    await chat.page.reload()
    await chat.open()
    await expect(chat.log).to_contain_text("ご本人の確認ができました")
    assert code not in await chat.log.inner_text()


async def test_an_order_is_looked_up_in_english(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address, "en")).open()
    await chat.ask("Where is my order A-20341?", "be sure it is you")
    await chat.ask("10045587", "Where should it go")
    await chat.choose("1029", "What is the code?")
    await chat.tell(await Codes(counter.folder).arrives("1029"), "confirmed", "A-20341")


async def test_a_parcel_waits_in_the_shop_longer(
    visits: Visits, counter: Server, photograph: Photograph
) -> None:
    chat = await (await visits(counter.address, device=PHONE)).open()
    await chat.ask("受け取りの期限を延ばせますか", "ご本人")
    await chat.ask("10025306", "送り先")
    await chat.choose("k•••@", "確認コード")
    code = await Codes(counter.folder).arrives("kenta.suzuki@example.com")
    await chat.tell(code, "ご本人の確認ができました", "新宿店")
    await photograph(chat.page, "phone-pickup")


async def test_a_pickup_is_looked_up_in_english(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address, "en")).open()
    await chat.ask("Is my pickup ready?", "be sure it is you")
    await chat.ask("10038840", "Where should it go")
    await chat.choose("1017", "What is the code?")
    await chat.tell(await Codes(counter.folder).arrives("1017"), "confirmed", "Umeda")


async def test_points_are_told_in_full(
    visits: Visits, counter: Server, photograph: Photograph
) -> None:
    chat = await (await visits(counter.address)).open()
    await chat.ask("ポイントは何ポイントありますか", "ご本人")
    await chat.ask("10009463", "送り先")
    await chat.choose("1006", "確認コード")
    code = await Codes(counter.folder).arrives("1006")
    await chat.tell(code, "渡辺様のポイントは、8,602ポイント")
    await photograph(chat.page, "desktop-points")


async def test_points_are_told_in_english(visits: Visits, counter: Server) -> None:
    chat = await (await visits(counter.address, "en")).open()
    await chat.ask("How many points do I have?", "be sure it is you")
    await chat.ask("10029904", "Where should it go")
    await chat.choose("e•••@", "What is the code?")
    code = await Codes(counter.folder).arrives("emma.wilson@example.com")
    await chat.tell(code, "Emma Wilson, you have 618 points")
