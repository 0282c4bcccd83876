"""Each account's newest handle for a free reply: kept, given out once, and waited for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.channel import Envelope
from bot.messages import Account, inbound
from bot.messages.inbound import SHOW_ANSWER, Inbound
from bot.ports import Aging, Parcel
from bot.storage.handles import TOGETHER
from tests.storage.counter import LEASE, LINE, NOON, WEB, House, envelope, tap, text

AGED = 40.0
OFFER_LEASE = 15.0
WAITS = timedelta(minutes=10)


def asks_to_see(reply: str, name: str = "tap") -> Inbound:
    return inbound.Tap(id=name, account=LINE, at=NOON, payload=SHOW_ANSWER, reply=reply)


def staff(words: str) -> Envelope:
    """What a person at the desk writes: no message of the customer's is answered by it."""
    return replace(envelope(words), author="agent", reply=None)


async def parcel(house: House) -> Parcel:
    found = await house.storage.outbox.claim("sender", lease_seconds=LEASE)
    assert found is not None
    return found


async def nothing_to_send(house: House) -> bool:
    return await house.storage.outbox.claim("sender", lease_seconds=LEASE) is None


async def goes_out(house: House, *used: str) -> Parcel:
    """Everything that waits is sent; these handles are used up by it."""
    found = await parcel(house)
    keys = [each.key for each in found.envelopes]
    await house.storage.outbox.sent(found, keys, used)
    await house.storage.outbox.release(found)
    return found


async def aging(house: House, seconds: float = AGED) -> Aging | None:
    before = house.clock.real() - timedelta(seconds=seconds)
    return await house.storage.outbox.aging("line", came_before=before, lease_seconds=OFFER_LEASE)


async def offered(house: House) -> Aging:
    """The customer has written, waited, and was offered the answer."""
    await house.write(text("在庫は？", reply="h1"))
    house.clock.passes(seconds=AGED)
    found = await aging(house)
    assert found is not None
    await house.storage.outbox.offered(found, until=house.clock.real() + WAITS)
    return found


# Given out -----------------------------------------------------------------------------------


async def test_what_staff_write_goes_out_on_the_newest_handle(house: House) -> None:
    await house.write(text("a", reply="h1"), text("b", reply="h2"))
    await house.answer(staff("担当の佐藤です"))
    (found,) = (await parcel(house)).envelopes
    assert (found.reply, found.newest) == (None, "h2")


async def test_an_older_answer_may_go_out_on_a_newer_handle(house: House) -> None:
    await house.write(text("a", reply="h1"))
    await house.answer(replace(envelope("1"), reply="h1"))
    await house.write(text("b", reply="h2"))
    (found,) = (await parcel(house)).envelopes
    assert (found.reply, found.newest) == ("h1", "h2")


async def test_a_used_handle_is_not_given_out_again(house: House) -> None:
    await house.write(text("a", reply="h1"))
    await house.answer(replace(envelope("お調べします"), reply="h1"))
    await goes_out(house, "h1")
    await house.write(text("b"))
    await house.answer(replace(envelope("ございます"), reply="h1"))
    (found,) = (await goes_out(house)).envelopes
    assert (found.reply, found.newest) == (None, None)
    await house.write(text("c", reply="h2"))
    await house.answer(staff("佐藤です"))
    (found,) = (await parcel(house)).envelopes
    assert found.newest == "h2"


async def test_using_an_old_handle_leaves_the_newest(house: House) -> None:
    await house.write(text("a", reply="h1"))
    await house.answer(replace(envelope("1"), reply="h1"))
    await house.write(text("b", reply="h2"))
    await goes_out(house, "h1")
    await house.answer(staff("佐藤です"))
    (found,) = (await parcel(house)).envelopes
    assert found.newest == "h2"


async def test_an_event_that_comes_twice_brings_no_handle_back(house: House) -> None:
    message = text("a", reply="h1")
    await house.write(message)
    await house.answer(replace(envelope("1"), reply="h1"))
    await goes_out(house, "h1")
    await house.write(message)
    await house.write(text("b"))
    await house.answer(staff("佐藤です"))
    (found,) = (await parcel(house)).envelopes
    assert found.newest is None


async def test_handles_are_kept_where_replies_are_free(house: House) -> None:
    other = Account("telegram", "T1")
    await house.write(text("a", other, reply="callback:1"))
    await house.answer(envelope("1", other), account=other)
    (found,) = (await parcel(house)).envelopes
    assert (found.reply, found.newest) == ("token", None)


async def test_each_account_has_its_own(house: House) -> None:
    other = Account("line", "U2")
    await house.write(text("a", reply="h1"))
    await house.write(text("b", other, reply="h2"))
    for account in (LINE, other):
        await house.answer(replace(staff("佐藤です"), account=account), account=account)
    found = [(await parcel(house)).envelopes[0] for _ in range(2)]
    assert {(each.account, each.newest) for each in found} == {(LINE, "h1"), (other, "h2")}


async def test_who_writes_again_need_not_wait_for_the_next_try(house: House) -> None:
    await house.write(text("a", reply="h1"))
    one = replace(envelope("1"), reply="h1")
    await house.answer(one)
    found = await parcel(house)
    later = house.clock.real() + timedelta(minutes=15)
    await house.storage.outbox.retry(found, one.key, not_before=later, reason="down")
    await house.storage.outbox.release(found)
    assert await nothing_to_send(house)
    await house.write(text("もしもし", reply="h2"))
    two = replace(envelope("2"), reply="h2")
    await house.answer(two)
    assert await nothing_to_send(house)
    house.clock.passes(seconds=TOGETHER.total_seconds())
    assert [each.key for each in (await parcel(house)).envelopes] == [one.key, two.key]


async def test_who_writes_while_a_try_fails_need_not_wait_for_the_next_one(house: House) -> None:
    await house.write(text("a", reply="h1"))
    one = replace(envelope("1"), reply="h1")
    await house.answer(one)
    for reply in ("h2", None):
        found = await parcel(house)
        if reply:
            await house.write(text("もしもし", reply=reply))
        later = house.clock.real() + timedelta(minutes=15)
        await house.storage.outbox.retry(found, one.key, not_before=later, reason="down")
        await house.storage.outbox.release(found)
        assert await nothing_to_send(house)
        house.clock.passes(seconds=TOGETHER.total_seconds())
    assert await nothing_to_send(house), "this time nobody wrote"
    house.clock.passes(minutes=15)
    assert [each.key for each in (await parcel(house)).envelopes] == [one.key]


async def test_who_keeps_writing_does_not_use_up_the_tries(house: House) -> None:
    await house.write(text("a", reply="h0"))
    await house.answer(envelope("1"))
    for number in range(1, 10):
        found = await parcel(house)
        assert found.attempts == 0
        later = house.clock.real() + timedelta(minutes=15)
        key = found.envelopes[0].key
        await house.storage.outbox.retry(found, key, not_before=later, reason="down")
        await house.storage.outbox.release(found)
        await house.write(text("もしもし", reply=f"h{number}"))
        house.clock.passes(seconds=TOGETHER.total_seconds())


async def test_other_channels_keep_to_their_waiting_time(house: House) -> None:
    other = Account("telegram", "T1")
    await house.write(text("a", other))
    await house.answer(envelope("1", other), account=other)
    found = await parcel(house)
    later = house.clock.real() + timedelta(minutes=15)
    key = found.envelopes[0].key
    await house.storage.outbox.retry(found, key, not_before=later, reason="429")
    await house.storage.outbox.release(found)
    await house.write(text("b", other, reply="callback:1"))
    house.clock.passes(minutes=1)
    assert await nothing_to_send(house)


# Offered -------------------------------------------------------------------------------------


async def test_a_handle_ages_while_its_message_waits(house: House) -> None:
    await house.write(text("a", reply="h1"))
    house.clock.passes(seconds=AGED - 1)
    assert await aging(house) is None
    house.clock.passes(seconds=1)
    found = await aging(house)
    assert found is not None
    assert (found.account, found.reply, found.language) == (LINE, "h1", "ja")
    assert await aging(house) is None, "it is taken"


async def test_nothing_is_offered_to_who_was_answered(house: House) -> None:
    await house.write(text("a", reply="h1"))
    await house.answer()
    house.clock.passes(seconds=AGED)
    assert await aging(house) is None


async def test_nothing_is_offered_where_an_answer_is_on_its_way(house: House) -> None:
    await house.write(text("a", reply="h1"))
    await house.answer(replace(envelope("1"), reply="h1"))
    await house.write(text("b"))
    house.clock.passes(seconds=AGED)
    assert await aging(house) is None
    await parcel(house)
    assert await aging(house) is None


async def test_nothing_is_offered_to_who_left_or_where_there_is_no_handle(house: House) -> None:
    await house.write(text("a", WEB), text("a"))
    await house.write(text("b", reply="h1"), inbound.Left(id="left", account=LINE, at=NOON))
    house.clock.passes(seconds=AGED)
    assert await aging(house) is None


async def test_an_offered_answer_waits_for_the_tap(house: House) -> None:
    await offered(house)
    await house.answer(replace(envelope("ございます"), reply="h1"))
    assert await nothing_to_send(house)
    await house.write(asks_to_see("h2"))
    (found,) = (await parcel(house)).envelopes
    assert found.newest == "h2"
    assert await house.said() == ["在庫は？", "ございます"], "the tap says nothing"


async def test_a_message_instead_of_the_tap_is_answered_together(house: House) -> None:
    await offered(house)
    await house.answer(replace(envelope("ございます"), reply="h1"))
    await house.write(text("もしもし", reply="h2"))
    assert await nothing_to_send(house)
    await house.answer(replace(envelope("はい"), reply="h2"))
    house.clock.passes(seconds=TOGETHER.total_seconds())
    found = (await parcel(house)).envelopes
    assert [each.newest for each in found] == ["h2", "h2"]


async def test_without_a_tap_the_answer_goes_out_in_the_end(house: House) -> None:
    await offered(house)
    await house.answer(replace(envelope("ございます"), reply="h1"))
    house.clock.passes(seconds=WAITS.total_seconds() - 1)
    assert await nothing_to_send(house)
    house.clock.passes(seconds=1)
    (found,) = (await parcel(house)).envelopes
    assert (found.reply, found.newest) == (None, None)


async def test_who_is_written_to_by_a_person_need_not_tap(house: House) -> None:
    await offered(house)
    await house.answer(envelope("答え"))
    assert await nothing_to_send(house)
    now = house.clock.real()
    await house.write(text("…", WEB))
    claim = await house.claimed()
    sheet = await house.sheet(claim, WEB)
    turn = house.turn(claim, sheet, staff("お待たせしました"))
    assert await house.storage.conversations.commit(turn)
    assert house.clock.real() == now
    assert [e.author for e in (await parcel(house)).envelopes] == ["bot", "agent"]


async def test_an_offer_that_failed_keeps_nothing_back(house: House) -> None:
    await house.write(text("a", reply="h1"))
    house.clock.passes(seconds=AGED)
    found = await aging(house)
    assert found is not None
    await house.answer(replace(envelope("1"), reply="h1"))
    assert await nothing_to_send(house), "it may be under way"
    await house.storage.outbox.offered(found, until=None)
    assert (await parcel(house)).envelopes[0].reply is None


async def test_who_dies_while_offering_keeps_nothing_back_for_long(house: House) -> None:
    await house.write(text("a", reply="h1"))
    house.clock.passes(seconds=AGED)
    assert await aging(house)
    await house.answer(replace(envelope("1"), reply="h1"))
    house.clock.passes(seconds=OFFER_LEASE)
    await parcel(house)


async def test_a_tap_faster_than_the_word_that_it_was_offered(house: House) -> None:
    await house.write(text("a", reply="h1"))
    house.clock.passes(seconds=AGED)
    found = await aging(house)
    assert found is not None
    await house.write(asks_to_see("h2"))
    await house.storage.outbox.offered(found, until=house.clock.real() + WAITS)
    await house.answer(replace(envelope("1"), reply="h1"))
    assert (await parcel(house)).envelopes[0].newest == "h2"


async def test_who_taps_and_waits_on_is_offered_the_answer_again(house: House) -> None:
    await offered(house)
    await house.write(asks_to_see("h2"))
    assert await aging(house) is None
    house.clock.passes(seconds=AGED)
    again = await aging(house)
    assert again is not None
    assert again.reply == "h2"


async def test_a_button_is_no_such_tap(house: House) -> None:
    await offered(house)
    await house.answer(replace(envelope("ございます"), reply="h1"))
    await house.write(replace(tap("a1"), reply="h2"))
    assert await nothing_to_send(house)
