"""Customers send pictures, and take messages back; staff may look for some time."""

from datetime import timedelta

from bot.channel import Fetched
from bot.messages import inbound
from bot.messages.outbound import Text
from tests.storage.counter import LINE, NOON, WEB, House, text

PHOTO = Fetched(b"\xff\xd8 a torn sleeve", "image/jpeg")


def unsent(message: str) -> inbound.Unsent:
    return inbound.Unsent(id=f"unsend-{message}", account=LINE, at=NOON, message_id=message)


async def test_a_picture_is_kept_once_and_for_some_time(house: House) -> None:
    media = house.storage.media
    await house.write(text("look"))
    for _ in range(2):
        await media.keep(LINE, PHOTO, key="k1", name="袖.jpg", platform_id="m1")
    assert await media.of(LINE) == [("袖.jpg", PHOTO)]
    assert await media.of(WEB) == []
    house.clock.passes(days=7)
    assert await media.forget(house.clock.real() - timedelta(days=8)) == 0
    assert await media.forget(house.clock.real() - timedelta(days=6)) == 1
    assert await media.of(LINE) == []


async def test_nothing_is_kept_of_an_account_nobody_knows(house: House) -> None:
    await house.storage.media.keep(LINE, PHOTO, key="k1", name=None, platform_id=None)
    assert await house.storage.media.of(LINE) == []


async def test_what_is_taken_back_is_gone(house: House) -> None:
    await house.write(text("my number is 090-1234", platform_id="m1"), text("hello"))
    await house.storage.media.keep(LINE, PHOTO, key="k1", name=None, platform_id="m1")
    await house.answer()
    assert await house.write(unsent("m1")) == 1
    assert await house.said() == ["", "hello"]
    assert await house.storage.media.of(LINE) == []
    claim = await house.claimed()
    assert [type(letter.message) for letter in claim.letters] == [inbound.Unsent]


async def test_staff_are_told_that_something_was_taken_back(house: House) -> None:
    await house.write(text("my number is 090-1234", platform_id="m1"), text("✕"))
    await house.answer()
    desk = house.storage.desk
    before = await desk.newest()
    await house.write(unsent("m1"))
    (event,) = await desk.events(before, 10) or ()
    assert event.kind == "message"
    items = await desk.timeline(event.conversation_id, None, 10)
    assert [(item.erased, item.content) for item in items] == [(True, None), (False, Text("✕"))]


async def test_what_is_taken_back_before_its_answer_gets_none(house: House) -> None:
    await house.write(text("a slip", platform_id="m1"))
    await house.write(unsent("m1"))
    claim = await house.claimed()
    assert [type(letter.message) for letter in claim.letters] == [inbound.Unsent]


async def test_nobody_takes_back_what_somebody_else_wrote(house: House) -> None:
    await house.write(text("mine", WEB, platform_id="m1"), unsent("m1"))
    assert await house.said(WEB) == ["mine"]


async def test_an_account_is_greeted_once(house: House) -> None:
    await house.write(text("hello"))
    claim = await house.claimed()
    sheet = await house.sheet(claim)
    assert not sheet.greeted
    await house.storage.conversations.commit(house.turn(claim, sheet, greets=LINE))
    await house.write(text("again"), text("elsewhere", WEB))
    for _ in range(2):
        claim = await house.claimed()
        account = claim.letters[0].message.account
        assert (await house.sheet(claim, account)).greeted == (account == LINE)
