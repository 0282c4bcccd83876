"""A person takes the talk and hands it back; cards, marks, and who is writing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest
import pytest_asyncio

from bot.messages.outbound import Card, Cards, Choice, Text
from tests.browser.access import axe
from tests.browser.chromium import Route, expect
from tests.browser.conftest import Photograph
from tests.browser.staff import NAME, Staff, staff_of
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.browser.widget import Widget, until
from tests.support.server import Server

HOURS = {"ja": "渋谷店は何時までですか", "en": "When does the Shibuya store close?"}
CLOSES = {"ja": "11:00–21:00", "en": "11:00"}
TAKEN = "担当の佐藤に代わりました。"
BACK = "自動応答に戻りました。"
PICTURE_PIXELS = 160
"""As wide as the demo shop's pictures are drawn."""
MARKS = tuple(Choice("★" * mark, f"rating:{mark}") for mark in range(1, 6))


@pytest_asyncio.fixture(loop_scope="session")
async def staff(counter: Server) -> AsyncIterator[Staff]:
    async with staff_of(counter) as opened:
        yield opened


async def with_a_person(chat: Widget, staff: Staff) -> None:
    """The talk after a question, in which a person has answered."""
    await chat.open()
    await chat.ask(HOURS[chat.language], CLOSES[chat.language])
    said = Text("お電話でもご案内できます。"), Text("ほかにご用はございますか。")
    await staff.take(chat, Text(TAKEN), *said)
    await expect(chat.log).to_contain_text("ほかにご用は")


async def closed(chat: Widget, staff: Staff) -> None:
    """The talk was handed back, and the customer is asked how it was."""
    await staff.hand_back(chat, Text(BACK), Text("本日の対応はいかがでしたか。", MARKS))
    await expect(chat.choice("★★★★★")).to_be_visible()


async def test_a_person_is_told_from_the_counter_by_name_and_face(
    visits: Visits, counter: Server, staff: Staff
) -> None:
    chat = await visits(counter.address)
    await with_a_person(chat, staff)
    person = chat.log.locator(".head.agent")
    await expect(person).to_have_count(1)
    await expect(person).to_contain_text(f"担当者 {NAME}")
    await expect(person.locator(".face")).to_have_text(NAME[0])
    await expect(chat.panel.locator(".subtitle")).to_have_text("担当の佐藤が対応しています")
    faces = [chat.log.locator(f".head.{author} .face").last for author in ("bot", "agent")]
    corners = [await face.evaluate("each => getComputedStyle(each).borderRadius") for face in faces]
    assert corners[0] != corners[1], "told apart by shape, not by colour only"
    said = chat.log.locator("[data-author=agent]")
    await expect(said).to_have_count(2)
    # Who listens hears with each message who is speaking.
    await expect(said.first).to_contain_text(f"担当者 {NAME}: お電話でもご案内できます。")


async def test_a_person_with_a_picture_is_shown_with_it(
    visits: Visits, counter: Server, staff: Staff
) -> None:
    chat = await visits(counter.address)
    await with_a_person(chat, staff)

    async def with_picture(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        for item, picture in zip(
            (each for each in told["items"] if each["author"] == "agent"),
            ("/shop/pictures/mug/navy.svg", "/no/such/picture.png"),
            strict=True,
        ):
            item["avatar"] = picture
        # The second picture is of another person, so that each has a head of their own.
        told["items"][-1]["name"] = "田中"
        await route.fulfill(response=answer, json=told)

    await chat.page.route("**/webchat/messages?before=*", with_picture)
    await chat.page.reload()
    await chat.open()
    faces = chat.log.locator(".head.agent .face")
    await expect(faces.first.locator("img")).to_have_js_property("naturalWidth", PICTURE_PIXELS)
    await expect(faces.last).to_have_text("田")


async def test_what_is_told_of_a_change_of_hands_is_quiet_and_in_the_middle(
    visits: Visits, counter: Server, staff: Staff
) -> None:
    chat = await visits(counter.address)
    await with_a_person(chat, staff)
    line = chat.log.locator("[data-author=system]").filter(has_text=TAKEN)
    box = await line.locator(".bubble").bounding_box()
    log = await chat.log.bounding_box()
    assert box is not None
    assert log is not None
    assert abs((box["x"] + box["width"] / 2) - (log["x"] + log["width"] / 2)) < 2
    sizes = [
        float(await chat.log.locator(where).first.evaluate(FONT_SIZE))
        for where in ("[data-author=system] .bubble", "[data-author=agent] .bubble")
    ]
    assert sizes[0] < sizes[1]


FONT_SIZE = "each => parseFloat(getComputedStyle(each).fontSize)"


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_five_marks_stand_on_one_line_and_one_tap_gives_one(
    visits: Visits, counter: Server, staff: Staff, device: dict[str, Any]
) -> None:
    chat = await visits(counter.address, device=device)
    await with_a_person(chat, staff)
    await closed(chat, staff)
    buttons = chat.panel.get_by_role("group", name="選択肢").get_by_role("button")
    await chat.at_rest()
    boxes = await buttons.evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) == 5
    assert len({(box["y"], round(box["width"])) for box in boxes}) == 1
    assert all(40 <= box["height"] < 50 and box["width"] >= 44 for box in boxes)
    cut = await buttons.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth)")
    assert cut == []
    await buttons.last.click()
    await expect(chat.log.locator("[data-author=customer]").last).to_contain_text("★★★★★")
    await expect(buttons).to_have_count(0)


async def test_dots_show_that_a_person_is_writing_until_they_have_written(
    visits: Visits, counter: Server, staff: Staff, photograph: Photograph
) -> None:
    chat = await visits(counter.address)
    await with_a_person(chat, staff)
    dots = chat.log.locator(".writing.agent").filter(has_text=NAME[0])
    signal = 'event: typing\ndata: {"author":"agent","name":"佐藤"}\n\n'
    headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/event-stream"}
    await chat.page.route(
        "**/webchat/events*",
        lambda route: route.fulfill(body=f":\n\n{signal}", headers=headers),
        times=1,
    )
    await _read_anew(chat)
    await expect(dots).to_be_visible()
    await photograph(chat.page, "staff-writing")
    await staff.say(chat, Text("お待たせしました。"))
    await expect(chat.log).to_contain_text("お待たせしました")
    await expect(dots).to_have_count(0)


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_what_a_person_goes_on_to_say_is_in_sight(
    visits: Visits, counter: Server, staff: Staff, device: dict[str, Any]
) -> None:
    chat = await visits(counter.address, device=device)
    await with_a_person(chat, staff)
    for number in range(3):
        await staff.say(chat, Text(f"{number}つめのご案内です。" + 4 * "\nどうぞご覧ください。"))
        said = chat.log.get_by_text(f"{number}つめのご案内です")
        await expect(said).to_be_in_viewport()
    # Who reads above is not torn away.
    await chat.log.evaluate("log => log.scrollTo(0, 0)")
    await expect(chat.button("新しいメッセージへ")).to_be_visible()
    await staff.say(chat, Text("最後のご案内です。"))
    await expect(chat.log).to_contain_text("最後のご案内です")
    await expect(chat.log.get_by_text("最後のご案内です")).not_to_be_in_viewport()


async def _read_anew(chat: Widget) -> None:
    """The page lets go of its stream and opens another."""
    await chat.page.evaluate("dispatchEvent(new Event('offline'))")
    await chat.page.evaluate("dispatchEvent(new Event('online'))")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_axe_finds_nothing_in_a_talk_with_a_person(
    visits: Visits,
    counter: Server,
    staff: Staff,
    photograph: Photograph,
    device: dict[str, Any],
    scheme: Literal["light", "dark"],
) -> None:
    chat = await visits(counter.address, device=device, scheme=scheme)
    await with_a_person(chat, staff)
    await closed(chat, staff)
    await chat.at_rest()
    name = "phone" if device is PHONE else "desktop"
    await photograph(chat.page, f"staff-{name}-{scheme}")
    assert await axe(chat.page) == []


CARDS = Cards(
    tuple(
        Card(
            f"ソラ {colour}",
            "26.5cm 12,800円（税込）\n渋谷店に在庫があります",
            f"/shop/pictures/runner/{picture}.svg",
            (Choice("これを取り置く", f"card:{picture}"),),
        )
        for colour, picture in (("ブラック", "black"), ("ブルー", "blue"), ("ホワイト", "white"))
    )
)


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_cards_are_turned_by_keys_mouse_and_finger_and_chosen(
    visits: Visits, counter: Server, staff: Staff, photograph: Photograph, device: dict[str, Any]
) -> None:
    chat = await visits(counter.address, device=device)
    await chat.open()
    await chat.ask(HOURS["ja"], CLOSES["ja"])
    await staff.counter(chat, CARDS)
    cards = chat.log.get_by_role("list", name="商品などの一覧")
    await expect(cards.get_by_role("listitem")).to_have_count(3)
    for picture in await cards.locator("img").all():
        await expect(picture).to_have_js_property("naturalWidth", PICTURE_PIXELS)
    await chat.at_rest()
    await photograph(chat.page, f"cards-{'phone' if device is PHONE else 'desktop'}")
    last = cards.get_by_role("listitem").last
    assert not await _is_inside(chat, last)
    if device is DESKTOP:
        await cards.hover()
        await chat.log.get_by_role("button", name="次へ").click()
    else:
        await cards.focus()
        await chat.page.keyboard.press("End")
    await last.scroll_into_view_if_needed()
    await until(lambda: _is_inside(chat, last), last.bounding_box)
    await chat.log.get_by_role("button", name="これを取り置く: ソラ ホワイト").click()
    await expect(chat.log.locator("[data-author=customer]").last).to_contain_text("これを取り置く")
    await expect(cards.get_by_role("button")).to_have_count(0)


async def _is_inside(chat: Widget, part: Any) -> bool:
    box, log = await part.bounding_box(), await chat.log.bounding_box()
    return bool(box and log and box["x"] + box["width"] <= log["x"] + log["width"] + 1)
