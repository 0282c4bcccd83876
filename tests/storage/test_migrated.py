"""A platform gives an account another id: whoever writes there goes on with what was open."""

from __future__ import annotations

from itertools import count

import pytest

from bot.handoff.desk import Case, State
from bot.messages import Account, inbound
from tests.storage.counter import LEASE, NOON, WEB, House, envelope, proof, text
from tests.storage.test_customers import talk_of
from tests.storage.test_linking import frames_of

GROUP = Account("telegram", "-500")
SUPERGROUP = Account("telegram", "-1001234567890")
_numbers = count(1)


def news(id: str | None = None) -> inbound.Migrated:
    name = id or f"m{next(_numbers)}"
    return inbound.Migrated(id=name, account=SUPERGROUP, at=NOON, former=GROUP.user, shared=True)


async def hear_news(house: House, *told: inbound.Migrated) -> None:
    await house.write(*told)
    await house.answer(account=SUPERGROUP)


async def test_a_group_that_grows_keeps_its_customer_its_history_and_its_open_question(
    house: House,
) -> None:
    await talk_of(house, "stock", GROUP)
    customer = await house.customer_id(GROUP)
    said = await house.said(GROUP)
    await hear_news(house, news())
    assert await house.customer_id(SUPERGROUP) == customer
    assert await house.said(SUPERGROUP) == said != []
    assert await frames_of(house, SUPERGROUP) == ["stock"]
    assert await house.storage.handoffs.of(GROUP) is None


async def test_hearing_of_it_from_both_chats_and_again_changes_nothing_more(house: House) -> None:
    await talk_of(house, "stock", GROUP)
    customer = await house.customer_id(GROUP)
    first, second = news(), news()
    await hear_news(house, first)
    await hear_news(house, second)
    await house.storage.outbox.migrated(GROUP, SUPERGROUP)
    assert await house.write(first, second) == 0
    assert await house.customer_id(SUPERGROUP) == customer
    assert await frames_of(house, SUPERGROUP) == ["stock"]


async def test_an_old_message_delivered_again_does_not_bring_the_old_group_back(
    house: House,
) -> None:
    question = text("在庫は？", GROUP)
    await house.write(question)
    await house.answer(account=GROUP)
    customer = await house.customer_id(GROUP)
    await hear_news(house, news())
    assert await house.write(question) == 0
    await hear_news(house, news())
    assert await house.customer_id(SUPERGROUP) == customer
    assert await house.said(SUPERGROUP) == ["在庫は？"]


async def test_who_writes_in_the_new_chat_before_the_news_comes_joins_the_old_talk(
    house: House,
) -> None:
    await talk_of(house, "stock", GROUP)
    customer = await house.customer_id(GROUP)
    await talk_of(house, "points", SUPERGROUP, minutes=1)
    await hear_news(house, news())
    assert await house.customer_id(SUPERGROUP) == await house.customer_id(GROUP) == customer
    assert await frames_of(house, SUPERGROUP) == ["stock", "points"]
    await hear_news(house, news())
    assert await house.customer_id(SUPERGROUP) == customer


async def test_two_members_do_not_become_one_by_a_platforms_word(house: House) -> None:
    for account, member in ((GROUP, "M1"), (SUPERGROUP, "M2")):
        await house.write(text("?", account))
        await house.answer(account=account)
        await house.storage.customers.prove(account, proof(member), by="code")
    await hear_news(house, news())
    assert await house.customer_id(SUPERGROUP) != await house.customer_id(GROUP)


async def test_a_message_that_waits_is_answered_in_the_new_chat(house: House) -> None:
    await house.write(text("在庫は？", GROUP))
    await house.write(news())
    claim = await house.claimed()
    assert {letter.message.account for letter in claim.letters} == {SUPERGROUP}
    await house.answer_claimed(claim, SUPERGROUP, envelope("ございます", SUPERGROUP))
    assert await house.said(SUPERGROUP) == ["在庫は？", "ございます"]


async def test_a_turn_that_was_under_way_is_answered_again_in_the_new_chat(house: House) -> None:
    await house.write(text("在庫は？", GROUP))
    claim = await house.claimed()
    sheet = await house.sheet(claim, GROUP)
    await house.storage.outbox.migrated(GROUP, SUPERGROUP)
    late = house.turn(claim, sheet, envelope("ございます", GROUP))
    assert not await house.storage.conversations.commit(late)
    await house.storage.mailbox.release(claim)
    again = await house.claimed()
    assert [letter.message.account for letter in again.letters] == [SUPERGROUP]
    assert await house.answer_claimed(again, SUPERGROUP, envelope("ございます", SUPERGROUP))


async def test_a_queued_message_goes_to_the_new_chat(house: House) -> None:
    await house.write(text("在庫は？", GROUP))
    await house.answer(envelope("ございます", GROUP), account=GROUP)
    await hear_news(house, news())
    parcel = await house.storage.outbox.claim("sender", lease_seconds=LEASE)
    assert parcel is not None
    assert parcel.account == SUPERGROUP
    assert [out.account for out in parcel.envelopes] == [SUPERGROUP]
    await house.storage.outbox.sent(parcel, [parcel.envelopes[0].key])
    assert await house.storage.outbox.claim("other", lease_seconds=LEASE) is None


async def test_what_is_being_sent_meanwhile_keeps_nothing_behind_it_waiting(house: House) -> None:
    await house.write(text("在庫は？", GROUP))
    one, two = envelope("1", GROUP), envelope("2", GROUP)
    await house.answer(one, two, account=GROUP)
    parcel = await house.storage.outbox.claim("sender", lease_seconds=LEASE)
    assert parcel is not None
    await hear_news(house, news())
    assert await house.storage.outbox.claim("other", lease_seconds=LEASE) is None
    await house.storage.outbox.sent(parcel, [one.key])
    await house.storage.outbox.release(parcel)
    again = await house.storage.outbox.claim("other", lease_seconds=LEASE)
    assert again is not None
    assert [out.key for out in again.envelopes] == [two.key]


async def test_staff_answer_in_the_new_chat(house: House) -> None:
    await house.write(text("担当者", GROUP))
    wanted = Case(state=State.WAITING, reason="asked", asked_at=NOON, since=NOON)
    await house.answer(account=GROUP, case=wanted, wrote=GROUP)
    await hear_news(house, news())
    talk = await house.storage.handoffs.of(SUPERGROUP)
    assert talk is not None
    assert (talk.account, talk.case.state) == (SUPERGROUP, State.WAITING)


@pytest.mark.parametrize("known", [GROUP, SUPERGROUP])
async def test_nothing_happens_where_only_one_of_the_chats_ever_wrote(
    known: Account, house: House
) -> None:
    await house.write(text("?", known), text("?", WEB))
    await house.answer(account=known)
    customer, other = await house.customer_id(known), await house.customer_id(WEB)
    await house.storage.outbox.migrated(GROUP, SUPERGROUP)
    assert await house.customer_id(SUPERGROUP) == customer
    assert await house.customer_id(WEB) == other
