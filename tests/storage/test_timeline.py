"""A reader with a cursor misses nothing and sees nothing twice."""

import asyncio

from bot.messages import Account
from bot.messages.inbound import Location
from bot.messages.outbound import Place
from bot.storage import Storage
from tests.storage.counter import LEASE, LINE, NOON, WEB, House, MovableClock, envelope, text


async def test_a_talk_reads_in_the_order_it_was_committed(house: House) -> None:
    await house.write(text("a", WEB))
    await house.answer(envelope("1", WEB), envelope("2", WEB), account=WEB)
    await house.write(text("b", WEB))
    items = await house.storage.timeline.after(WEB, 0, 100)
    assert [item.cursor for item in items] == [1, 2, 3, 4]
    assert [item.author for item in items] == ["customer", "bot", "bot", "customer"]
    assert await house.said(WEB) == ["a", "1", "2", "b"]
    assert await house.said(WEB, after=3) == ["b"]
    assert await house.said(WEB, after=4) == []


async def test_times_shown_are_the_business_time(house: House) -> None:
    await house.write(text("a", WEB))
    (item,) = await house.storage.timeline.after(WEB, 0, 100)
    assert item.at == NOON


async def test_a_page_never_splits_a_turn(house: House) -> None:
    await house.write(text("a", WEB))
    await house.answer(*(envelope(str(n), WEB) for n in range(5)), account=WEB)
    await house.write(text("b", WEB))
    page = await house.storage.timeline.after(WEB, 0, 2)
    assert len(page) == 6
    assert [item.cursor for item in await house.storage.timeline.after(WEB, 6, 2)] == [7]
    assert len(await house.storage.timeline.after(WEB, 0, 1)) == 1


async def test_a_talk_is_read_backwards_page_by_page(house: House) -> None:
    await house.write(text("a", WEB))
    await house.answer(*(envelope(str(n), WEB) for n in range(3)), account=WEB)
    await house.write(text("b", WEB))
    back = house.storage.timeline.before
    assert [item.cursor for item in await back(WEB, None, 1)] == [5]
    assert [item.cursor for item in await back(WEB, 5, 2)] == [2, 3, 4]
    assert [item.cursor for item in await back(WEB, 2, 2)] == [1]
    assert await back(WEB, 1, 2) == []
    assert [item.cursor for item in await back(WEB, None, 9)] == [1, 2, 3, 4, 5]
    assert await back(Account("webchat", "nobody"), None, 9) == []


async def test_what_was_shown_before_logging_out_is_not_read_backwards(house: House) -> None:
    await house.write(text("a", WEB))
    await house.storage.customers.leave(WEB)
    await house.write(text("b", WEB))
    items = await house.storage.timeline.before(WEB, None, 9)
    assert [item.cursor for item in items] == [2]


async def test_what_a_customer_sent_bears_the_id_of_their_message(house: House) -> None:
    said = text("a", WEB)
    await house.write(said)
    await house.answer(envelope("1", WEB), account=WEB)
    items = await house.storage.timeline.after(WEB, 0, 9)
    assert [item.message for item in items] == [said.id, None]


async def test_a_place_the_customer_shared_is_part_of_the_talk(house: House) -> None:
    here = Location(id="here", account=WEB, at=NOON, lat=34.702, lng=135.496)
    await house.storage.mailbox.put([here])
    (item,) = await house.storage.timeline.after(WEB, 0, 9)
    assert item.content == Place("", "", 34.702, 135.496)


async def test_each_account_sees_its_own_talk(house: House) -> None:
    await house.write(text("a"), text("b", WEB))
    assert await house.said(LINE) == ["a"]
    assert await house.said(WEB) == ["b"]
    assert await house.said(Account("line", "nobody")) == []


async def test_cursors_have_no_gaps_when_many_write_at_once(
    stored: Storage, second: Storage
) -> None:
    seen: list[int] = []
    boxes = [stored.mailbox, second.mailbox] * 20
    writing = asyncio.gather(*(box.put([text(f"m{n}")]) for n, box in enumerate(boxes)))
    while not writing.done():
        page = await second.timeline.after(LINE, len(seen), 100)
        seen += [item.cursor for item in page]
        assert seen == list(range(1, len(seen) + 1))
    await writing
    assert len(await stored.timeline.after(LINE, 0, 1000)) == 40


async def test_a_duplicate_leaves_no_gap(house: House) -> None:
    message = text("a")
    await house.write(message)
    await house.write(message)
    await house.write(text("b"))
    assert [item.cursor for item in await house.storage.timeline.after(LINE, 0, 9)] == [1, 2]


async def test_answers_and_letters_at_once_keep_the_order(
    stored: Storage, second: Storage, clock: MovableClock
) -> None:
    house, other = House(stored, clock), House(second, clock)
    await house.write(text("a"))
    claim = await stored.mailbox.claim("w", lease_seconds=LEASE)
    assert claim is not None
    turn = house.turn(claim, await house.sheet(claim), envelope("1"), envelope("2"))
    done, *_ = await asyncio.gather(
        stored.conversations.commit(turn), *(other.write(text(f"m{n}")) for n in range(5))
    )
    assert done
    items = await stored.timeline.after(LINE, 0, 100)
    assert [item.cursor for item in items] == list(range(1, 9))
    said = await house.said()
    assert said.index("2") == said.index("1") + 1
