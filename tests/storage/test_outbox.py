"""Messages go out per account in order, and what cannot be sent is seen."""

from datetime import timedelta

from bot.messages import inbound
from bot.ports import Parcel
from tests.storage.counter import LEASE, LINE, NOON, WEB, House, envelope, text


async def parcel(house: House) -> Parcel:
    found = await house.storage.outbox.claim("sender", lease_seconds=LEASE)
    assert found is not None
    return found


async def nothing_to_send(house: House) -> bool:
    return await house.storage.outbox.claim("sender", lease_seconds=LEASE) is None


async def test_a_goodbye_that_comes_late_keeps_nobody_from_an_answer(house: House) -> None:
    await house.write(text("在庫は？"))
    await house.write(inbound.Left(id="late", account=LINE, at=NOON - timedelta(minutes=15)))
    await house.answer(envelope("ございます"))
    parcel = await house.storage.outbox.claim("sender", lease_seconds=LEASE)
    assert parcel is not None


async def test_a_word_from_before_the_goodbye_takes_nothing_back(house: House) -> None:
    await house.write(inbound.Left(id="left", account=LINE, at=NOON))
    await house.write(text("前の", at=NOON - timedelta(minutes=15)))
    await house.answer(envelope("…"))
    assert await house.storage.outbox.claim("sender", lease_seconds=LEASE) is None


async def test_answers_wait_in_order_and_leave_when_they_are_sent(house: House) -> None:
    await house.write(text("a"))
    one, two = envelope("1"), envelope("2")
    await house.answer(one, two)
    found = await parcel(house)
    assert found.envelopes == (one, two)
    assert (found.account, found.attempts) == (LINE, 0)
    await house.storage.outbox.sent(found, [one.key, two.key])
    await house.storage.outbox.release(found)
    assert await nothing_to_send(house)
    assert await house.said() == ["a", "1", "2"]


async def test_customers_who_fetch_are_not_sent_to(house: House) -> None:
    await house.write(text("a", WEB))
    await house.answer(envelope("1", WEB), account=WEB)
    assert await nothing_to_send(house)
    assert await house.said(WEB) == ["a", "1"]


async def test_one_sender_at_a_time_until_it_dies(house: House) -> None:
    await house.write(text("a"))
    await house.answer(envelope("1"))
    lost = await parcel(house)
    assert await nothing_to_send(house)
    house.clock.passes(seconds=LEASE)
    taken = await parcel(house)
    assert taken.envelopes == lost.envelopes
    far = house.clock.real() + timedelta(days=1)
    key = lost.envelopes[0].key
    await house.storage.outbox.retry(lost, key, not_before=far, reason="late")
    await house.storage.outbox.dead(lost, key, reason="late", blocked=False)
    await house.storage.outbox.release(lost)
    assert await nothing_to_send(house)
    await house.storage.outbox.release(taken)
    assert (await parcel(house)).attempts == 0


async def test_a_message_that_must_wait_holds_those_behind_it(house: House) -> None:
    await house.write(text("a"))
    one, two = envelope("1"), envelope("2")
    await house.answer(one, two)
    found = await parcel(house)
    soon = house.clock.real() + timedelta(seconds=5)
    await house.storage.outbox.retry(found, one.key, not_before=soon, reason="429")
    await house.storage.outbox.release(found)
    await house.write(text("b"))
    three = envelope("3")
    await house.answer(three)
    assert await nothing_to_send(house)
    house.clock.passes(seconds=5)
    again = await parcel(house)
    assert again.envelopes == (one, two, three)
    assert again.attempts == 1


async def test_other_accounts_do_not_wait(house: House) -> None:
    other = inbound.Account("telegram", "T1")
    await house.write(text("a"))
    await house.answer(envelope("1"))
    found = await parcel(house)
    soon = house.clock.real() + timedelta(seconds=5)
    key = found.envelopes[0].key
    await house.storage.outbox.retry(found, key, not_before=soon, reason="500")
    await house.storage.outbox.release(found)
    await house.write(text("b", other))
    await house.answer(envelope("2", other), account=other)
    assert (await parcel(house)).account == other
    assert await nothing_to_send(house)


async def test_a_message_that_can_never_be_sent_is_seen_at_the_desk(house: House) -> None:
    await house.write(text("a"))
    one, two = envelope("1"), envelope("2")
    await house.answer(one, two)
    found = await parcel(house)
    await house.storage.outbox.dead(found, one.key, reason="too long", blocked=False)
    await house.storage.outbox.release(found)
    assert (await parcel(house)).envelopes == (two,)
    (failure,) = await house.storage.desk.undelivered()
    assert (failure.key, failure.account, failure.reason) == (one.key, LINE, "too long")
    assert failure.since == house.clock.real()


async def test_who_blocked_us_is_not_sent_what_still_waits(house: House) -> None:
    await house.write(text("a"))
    one, two = envelope("1"), envelope("2")
    await house.answer(one, two)
    found = await parcel(house)
    await house.storage.outbox.dead(found, one.key, reason="blocked", blocked=True)
    await house.storage.outbox.release(found)
    assert await nothing_to_send(house)
    failures = await house.storage.desk.undelivered()
    assert [failure.key for failure in failures] == [one.key, two.key]


async def test_who_comes_back_is_answered_again(house: House) -> None:
    await house.write(inbound.Left(id="left", account=LINE, at=NOON))
    await house.answer(envelope("お待ちください"))
    assert await nothing_to_send(house)
    await house.write(inbound.Joined(id="joined", account=LINE, at=NOON))
    hello = envelope("こんにちは")
    await house.answer(hello)
    assert (await parcel(house)).envelopes == (hello,)
