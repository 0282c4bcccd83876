"""A turn is stored whole or not at all, and effects are known again after a crash."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from bot.customers.focus import Focus
from bot.dialogue.state import Act, Conversation
from bot.handoff.desk import NOBODYS, Case, Wanted, after
from bot.messages import Account
from bot.ports import Letter, PendingAct
from bot.shopfront.catalogue import Held, PutAside
from bot.storage import Storage
from bot.storage.database import connect
from bot.storage.tables import conversations
from tests.storage.counter import (
    LEASE,
    LINE,
    LONG,
    NOON,
    WEB,
    House,
    envelope,
    text,
    with_frame,
)
from tests.support.served import PATIENCE_SECONDS

HELD = Held("h1", "A-1", NOON)


def put_aside(letter: Letter, key: str = "key") -> PendingAct:
    facts = {"stock": Held("h0", "A-0", None)}
    return PendingAct(letter.id, Act("frame", PutAside("S1", "V1"), key, facts))


async def test_a_new_customer_starts_with_an_empty_talk(house: House) -> None:
    await house.write(text("a"))
    sheet = await house.sheet(await house.claimed())
    assert sheet.conversation == Conversation(sheet.conversation.id)
    assert len(sheet.conversation.id) == 32
    assert sheet.customer.language == "ja"
    assert sheet.customer.member_id is None


async def test_what_a_turn_changes_is_there_for_the_next(house: House) -> None:
    await house.write(text("a"))
    claim = await house.claimed()
    sheet = await house.sheet(claim)
    talk = with_frame(sheet.conversation, "stock")
    focus = Focus().on("store", "S1", "梅田店", NOON)
    customer = replace(sheet.customer, language="en", focus=focus)
    turn = house.turn(claim, sheet, envelope("はい"), conversation=talk, customer=customer)
    assert await house.storage.conversations.commit(turn)
    await house.storage.mailbox.release(claim)
    assert await house.claim() is None
    await house.write(text("b"))
    again = await house.sheet(await house.claimed())
    assert again.conversation == talk
    assert again.version == sheet.version + 1
    assert (again.customer.language, again.customer.focus) == ("en", focus)


async def test_one_claim_answers_letter_after_letter(house: House) -> None:
    await house.write(text("a"), text("b", at=NOON + timedelta(seconds=1)))
    claim = await house.claimed()
    for letter in claim.letters:
        sheet = await house.sheet(claim)
        turn = house.turn(claim, sheet, envelope("…"), letters=(letter.id,))
        assert await house.storage.conversations.commit(turn)
    await house.storage.mailbox.release(claim)
    assert await house.claim() is None


def wanted(reason: str) -> Case:
    return after(NOBODYS, Wanted(reason, staffed=True), NOON).case


async def test_a_turn_that_rests_on_an_old_version_changes_nothing(house: House) -> None:
    await house.write(text("a"), text("b", at=NOON + timedelta(seconds=1)))
    claim = await house.claimed()
    sheet = await house.sheet(claim)
    first, second = claim.letters
    commit = house.storage.conversations.commit
    assert await commit(house.turn(claim, sheet, envelope("1"), letters=(first.id,)))
    stale = house.turn(claim, sheet, envelope("2"), letters=(second.id,), case=wanted("asked_for"))
    assert not await commit(stale)
    assert await house.said() == ["a", "b", "1"]
    assert await house.storage.handoffs.open() == []
    await house.storage.mailbox.release(claim)
    assert (await house.claimed()).letters == (second,)


async def test_who_lost_the_claim_commits_nothing(house: House) -> None:
    await house.write(text("a"))
    lost = await house.claimed()
    sheet = await house.sheet(lost)
    house.clock.passes(seconds=LEASE)
    taken = await house.claimed()
    commit = house.storage.conversations.commit
    assert not await commit(house.turn(lost, sheet, envelope("lost")))
    assert await commit(house.turn(taken, sheet, envelope("taken")))
    assert await house.said() == ["a", "taken"]


async def test_another_customers_account_is_not_opened(house: House) -> None:
    await house.write(text("a"), text("b", WEB))
    claim = await house.claimed()
    other = WEB if claim.letters[0].message.account == LINE else LINE
    assert await house.storage.conversations.open(claim, other) is None
    nobody = Account("line", "nobody")
    assert await house.storage.conversations.open(claim, nobody) is None


async def test_a_secret_is_hidden_once_it_was_heard(house: House) -> None:
    await house.write(text("a"), text("123456", at=NOON + timedelta(seconds=1)))
    claim = await house.claimed()
    sheet = await house.sheet(claim)
    code = claim.letters[1].id
    turn = house.turn(claim, sheet, masked=frozenset({code}))
    assert await house.storage.conversations.commit(turn)
    assert await house.said() == ["a", "••••••"]
    # Only the other letter still has anything to forget.
    house.clock.passes(days=1)
    assert await house.storage.mailbox.forget_payloads(house.clock.real()) == 1


async def test_a_talk_that_asks_for_a_person_is_seen_at_the_desk(house: House) -> None:
    await house.write(text("a"))
    await house.answer(case=wanted("complaint"), summary={"order": "123", "lines": (1, 2)})
    house.clock.passes(minutes=1)
    await house.write(text("b", WEB))
    await house.answer(account=WEB, case=wanted("asked_for"))
    open_talks = {row.talk.case.reason: row for row in await house.storage.handoffs.open()}
    assert open_talks.keys() == {"complaint", "asked_for"}
    first = open_talks["complaint"].talk
    assert first.case.asked_at == NOON
    assert first.customer_id == await house.customer_id()
    whole = await house.storage.handoffs.whole(first.conversation_id)
    assert whole is not None
    assert whole.summary == {"order": "123", "lines": (1, 2)}


async def test_after_a_crash_before_the_answer_the_effect_is_asked_again(house: House) -> None:
    await house.write(text("はい"))
    claim = await house.claimed()
    sheet = await house.sheet(claim)
    act = put_aside(claim.letters[0])
    assert await house.storage.conversations.begin(claim, sheet.version, act)
    house.clock.passes(seconds=LEASE)
    again = await house.claimed()
    assert (await house.sheet(again)).pending == (act,)
    assert await house.storage.conversations.begin(again, sheet.version, act)
    assert (await house.sheet(again)).pending == (act,)


async def test_after_a_crash_behind_the_effect_its_outcome_is_known(house: House) -> None:
    await house.write(text("はい"))
    claim = await house.claimed()
    sheet = await house.sheet(claim)
    first = put_aside(claim.letters[0])
    second = put_aside(claim.letters[0], "another")
    for act in (first, second):
        assert await house.storage.conversations.begin(claim, sheet.version, act)
    settled = replace(first, outcome=HELD)
    await house.storage.conversations.settle(settled)
    house.clock.passes(seconds=LEASE)
    again = await house.claimed()
    assert (await house.sheet(again)).pending == (settled, second)
    assert await house.storage.conversations.commit(house.turn(again, sheet))
    assert (await house.sheet(again)).pending == ()


async def test_a_claim_is_given_back_with_its_last_letter_and_not_before(house: House) -> None:
    await house.write(text("a"), text("b"))
    claim = await house.claimed()
    first, last = (letter.id for letter in claim.letters)
    sheet = await house.sheet(claim)
    commit = house.storage.conversations.commit
    assert await commit(house.turn(claim, sheet, letters=(first,)))
    assert await house.claim() is None
    sheet = await house.sheet(claim)
    assert await commit(house.turn(claim, sheet, letters=(last,)))
    later = text("c")
    await house.write(later)
    assert [letter.message for letter in (await house.claimed()).letters] == [later]


async def test_an_effect_is_not_begun_on_a_lost_claim_or_an_old_version(house: House) -> None:
    await house.write(text("はい"))
    lost = await house.claimed()
    sheet = await house.sheet(lost)
    act = put_aside(lost.letters[0])
    assert not await house.storage.conversations.begin(lost, sheet.version + 1, act)
    house.clock.passes(seconds=LEASE)
    await house.claimed()
    assert not await house.storage.conversations.begin(lost, sheet.version, act)
    assert (await house.sheet(lost)).pending == ()


async def test_an_unreadable_talk_starts_anew_and_says_so(url: str, stored: Storage) -> None:
    await stored.mailbox.put([text("a")])
    claim = await stored.mailbox.claim("w", lease_seconds=LEASE)
    assert claim is not None
    database = connect(url)

    def spoil(connection: Connection) -> None:
        connection.execute(update(conversations).values(body="{", focus="?"))

    await database.transact(spoil)
    await database.close()
    sheet = await stored.conversations.open(claim, LINE)
    assert sheet is not None
    assert sheet.conversation == Conversation(sheet.conversation.id, dropped=True)
    assert sheet.customer.focus == Focus()


async def test_one_turn_at_fault_does_not_take_others_with_it(house: House) -> None:
    people = [Account("line", f"U{n}") for n in range(8)]
    await house.write(*(text("hi", account) for account in people))
    turns = []
    for _ in people:
        claim = await house.claimed()
        account = claim.letters[0].message.account
        sheet = await house.sheet(claim, account)
        turns.append(house.turn(claim, sheet, envelope(f"for {account.user}", account)))
    stranger = envelope("?", Account("line", "never wrote"))
    turns[3] = replace(turns[3], out=(stranger,))
    done = await asyncio.gather(
        *(house.storage.conversations.commit(turn) for turn in turns), return_exceptions=True
    )
    assert isinstance(done.pop(3), LookupError)
    assert done == [True] * 7
    assert await house.claim() is None
    unanswered = turns[3].claim.letters[0].message.account
    for account in people:
        expected = ["hi"] if account == unanswered else ["hi", f"for {account.user}"]
        assert await house.said(account) == expected


async def test_the_bell_rings_for_an_answer(house: House) -> None:
    await house.write(text("a", WEB))
    await house.storage.bell.wait("webchat:w1", LONG)  # the customer's own message
    waiting = asyncio.create_task(house.storage.bell.wait("webchat:w1", LONG))
    await asyncio.sleep(0)
    await house.answer(envelope("b", WEB), account=WEB)
    await asyncio.wait_for(waiting, PATIENCE_SECONDS)


async def test_an_envelope_goes_out_once_under_its_key(house: House) -> None:
    await house.write(text("a"))
    once = envelope("one")
    await house.answer(once)
    await house.write(text("b"))
    with pytest.raises(Exception):  # noqa: B017 - each database has its own
        await house.answer(once)
    assert await house.said() == ["a", "one", "b"]
