"""Each message is answered once, in order, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.errors import OutcomeUnknown, Unavailable
from bot.messages import Account, inbound
from bot.storage import Storage
from tests.faults.house import CODE, SETTLE, STOCK, House, texts_of
from tests.storage.counter import LINE, WEB, proof

DEADLINE_SECONDS = 180.0
QUESTION = ["there are 3", "put runner-27 aside?"]


async def test_a_message_sent_five_times_at_once_is_answered_once(house: House) -> None:
    await asyncio.gather(*(house.write("hello", id="same") for _ in range(5)))
    await house.serve()
    await house.write("hello", id="same")
    await house.serve()
    assert await house.answers() == ["hello"]


async def test_messages_are_answered_in_the_order_of_the_platforms_time(house: House) -> None:
    now = house.clock.real()
    await house.write("no", at=now)
    await house.write(STOCK, at=now - timedelta(seconds=3))
    await house.serve()
    assert await house.answers() == [*QUESTION, "left on the shelf"]


async def test_two_processes_answer_many_customers_once_each_and_in_order(
    house: House, second: Storage
) -> None:
    accounts = [Account("webchat", f"c{number}") for number in range(20)]
    receptions = [house.reception(), house.reception(storage=second)]
    workers = [
        asyncio.create_task(reception.work(f"{number}"))
        for reception in receptions
        for number in range(3)
    ]
    for text in ("hello", STOCK, "no", "hello"):
        await asyncio.gather(*(house.write(text, account=account) for account in accounts))
    expected = ["hello", *QUESTION, "left on the shelf", "hello"]
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            for account in accounts:
                while len(said := await house.answers(account)) < len(expected):
                    await house.storage.bell.wait("mailbox", 0.05)
                assert said == expected
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def test_a_worker_that_lost_its_lease_stores_nothing(house: House) -> None:
    async def somebody_else_takes_over() -> None:
        house.clock.passes(seconds=31)
        await house.serve()

    house.shop.meanwhile = somebody_else_takes_over
    assert await house.hears(STOCK) == QUESTION


async def test_an_effect_is_done_once_when_the_lease_is_lost_in_the_middle(house: House) -> None:
    async def somebody_else_takes_over() -> None:
        house.clock.passes(seconds=31)
        await house.serve()

    await house.hears(STOCK)
    house.shop.meanwhile = somebody_else_takes_over
    assert await house.hears("yes") == ["held as H-1"]
    assert len(set(house.shop.keys)) == 1
    assert house.shop.shelf["runner-27", "shibuya"] == 2


async def test_a_turn_overtaken_by_a_change_of_the_talk_is_done_again(house: House) -> None:
    for account in (WEB, LINE):
        await house.hears("hello", account=account)
        await house.storage.customers.prove(account, proof("m1"), by="code")

    async def the_other_account_logs_out() -> None:
        await house.storage.customers.leave(LINE)

    house.shop.meanwhile = the_other_account_logs_out
    assert await house.hears(STOCK) == QUESTION


# Several bubbles -----------------------------------------------------------------------------


async def test_bubbles_without_a_request_are_heard_together_with_the_next(house: House) -> None:
    assert await house.hears("sumimasen", account=LINE) == []
    house.clock.passes(milliseconds=800)
    await house.write("runner 27", account=LINE, reply="old")
    await house.serve()
    house.clock.passes(milliseconds=800)
    await house.write("stock shibuya", account=LINE, reply="new")
    await house.serve()
    assert await house.answers(LINE) == QUESTION
    parcel = await house.storage.outbox.claim("w", lease_seconds=60)
    assert parcel is not None
    assert {envelope.reply for envelope in parcel.envelopes} == {"new"}


async def test_a_bubble_that_stays_alone_is_answered_when_its_time_is_up(house: House) -> None:
    assert await house.hears("sumimasen") == []
    house.clock.passes(seconds=SETTLE.total_seconds())
    await house.serve()
    assert len(await house.answers()) == 1


async def test_a_whole_request_and_an_answer_never_wait(house: House) -> None:
    assert await house.hears("stock runner") == ["which size?"]
    assert await house.hears("27") == ["which store?"]


async def test_a_tap_behind_a_bubble_keeps_neither_of_them_waiting(house: House) -> None:
    assert await house.hears("sumimasen") == []
    tap = inbound.Tap(id="tap", account=WEB, at=house.clock.real(), payload="nothing")
    await house.storage.mailbox.put([tap])
    async with asyncio.timeout(DEADLINE_SECONDS):
        await house.serve()
    assert len(await house.answers()) == 2


async def test_a_platform_whose_clock_is_wrong_keeps_nobody_waiting(house: House) -> None:
    await house.write("sumimasen", at=house.clock.real() + timedelta(hours=1))
    await house.serve()
    assert len(await house.answers()) == 1


async def test_workers_wake_up_for_a_bubble_whose_time_is_up(house: House) -> None:
    await house.hears("sumimasen")
    rung = asyncio.create_task(house.storage.bell.wait("mailbox", DEADLINE_SECONDS))
    async with asyncio.timeout(DEADLINE_SECONDS / 2):
        await rung


# Letters nobody can answer -------------------------------------------------------------------


async def test_a_turn_that_fails_three_times_goes_to_a_person_and_the_queue_moves_on(
    house: House,
) -> None:
    await house.write("boom", "hello")
    for seconds in (1, 5):
        await house.serve()
        assert await house.answers() == []
        house.clock.passes(seconds=seconds)
    await house.serve()
    assert await house.answers() == [texts_of("fault.poison"), "hello"]
    assert await house.requests() == ["poison"]


async def test_what_broke_a_turn_does_not_break_the_next_one(house: House) -> None:
    await house.hears("stock runner 27")
    house.shop.shelf["runner-27", "shibuya"] = -1
    await house.write("shibuya", "hello")
    for seconds in (0, 1, 5):
        house.clock.passes(seconds=seconds)
        await house.serve()
    assert (await house.answers())[1:] == [texts_of("fault.poison"), "hello"]


async def test_an_unknown_kind_of_message_is_passed_over(house: House) -> None:
    left = inbound.Left(id="left", account=LINE, at=house.clock.real())
    await house.storage.mailbox.put([left])
    assert await house.hears("hello", account=LINE) == ["hello"]


# A customer who turns out to be another ------------------------------------------------------


async def test_a_turn_whose_customer_is_merged_away_starts_over_and_acts_once(
    house: House,
) -> None:
    await house.storage.customers.prove(LINE, proof("m1"), by="code")
    await house.hears(STOCK)

    async def the_page_identifies_them() -> None:
        await house.storage.customers.prove(WEB, proof("m1"), by="channel")

    house.shop.meanwhile = the_page_identifies_them
    assert await house.hears("yes") == ["held as H-1"]
    assert len(house.shop.keys) == 1
    assert await house.hears("hello", account=LINE) == ["hello"]


async def test_messages_behind_a_proof_are_answered_for_the_member(house: House) -> None:
    await house.storage.customers.prove(LINE, proof("m1"), by="code")
    assert await house.hears("points", CODE, "points") == [
        "which code?", "thank you", "1280 points", "1280 points",
    ]  # fmt: skip
    profile = await house.storage.customers.profile(WEB)
    assert profile.id == (await house.storage.customers.profile(LINE)).id
    said = [item.content for item in await house.storage.timeline.after(WEB, 0, 100)]
    assert CODE not in map(str, said)


# Effects whose outcome nobody knows ----------------------------------------------------------


async def test_an_unknown_outcome_is_told_and_found_out_by_the_same_key(house: House) -> None:
    await house.hears(STOCK)
    house.shop.faults = [OutcomeUnknown("holds"), Unavailable("holds"), OutcomeUnknown("holds")]
    assert await house.hears("yes") == [texts_of("fault.unknown_outcome")]
    await house.write("hello")
    for seconds in (5, 30):
        house.clock.passes(seconds=seconds - 1)
        await house.serve()
        house.clock.passes(seconds=1)
        await house.serve()
        assert (await house.answers())[-1] == texts_of("fault.unknown_outcome")
    house.clock.passes(minutes=5)
    await house.serve()
    assert (await house.answers())[-3:] == [
        texts_of("fault.unknown_outcome"), "held as H-1", "hello",
    ]  # fmt: skip
    assert len(house.shop.keys) == 4
    assert len(set(house.shop.keys)) == 1
    assert await house.requests() == []


async def test_what_is_never_found_out_goes_to_a_person(house: House) -> None:
    await house.hears(STOCK)
    house.shop.faults = [OutcomeUnknown("holds")] * 4
    await house.write("yes", "hello")
    for seconds in (0, 5, 30, 300):
        house.clock.passes(seconds=seconds)
        await house.serve()
    told = ["fault.unknown_outcome", "fault.never_known"]
    assert (await house.answers())[-3:] == [*map(texts_of, told), "hello"]
    assert await house.requests() == ["outcome_unknown"]
    assert house.shop.shelf["runner-27", "shibuya"] == 2


async def test_a_shop_that_did_nothing_for_sure_is_said_so_at_once(house: House) -> None:
    await house.hears(STOCK)
    house.shop.faults = [Unavailable("holds")]
    assert await house.hears("yes") == [texts_of("fault.unavailable")]
    assert await house.hears("hello") == ["hello"]
