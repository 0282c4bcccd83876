"""People prove who they are, and their talks become one; or they leave."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select

from bot.customers.focus import Focus
from bot.customers.profile import Customer, Trust
from bot.dialogue.state import Act, Asked, Conversation
from bot.handoff.desk import NOBODYS, Wanted, after
from bot.messages import Account
from bot.ports import PendingAct
from bot.shopfront.catalogue import PutAside
from bot.storage import Storage, StorageSettings, open_storage
from bot.storage.database import connect
from bot.storage.tables import accounts, audit, customers
from tests.storage.counter import (
    LINE,
    NOON,
    SETTINGS,
    WEB,
    House,
    MovableClock,
    envelope,
    proof,
    text,
    with_frame,
)


async def talk_of(house: House, frame: str, account: Account, minutes: int = 0) -> Conversation:
    """The customer writes, and has something under way."""
    await house.write(text(f"about {frame}", account))
    claim = await house.claimed()
    sheet = await house.sheet(claim, account)
    at = NOON + timedelta(minutes=minutes)
    focus = Focus().on(frame, f"{frame}-1", frame, at)
    talk = replace(with_frame(sheet.conversation, frame, at), asked=Asked(frame=frame, slot="size"))
    customer = replace(sheet.customer, focus=focus)
    turn = house.turn(claim, sheet, conversation=talk, customer=customer)
    assert await house.storage.conversations.commit(turn)
    await house.storage.mailbox.release(claim)
    return talk


async def test_somebody_unknown_is_nobody(house: House) -> None:
    people = house.storage.customers
    assert await people.profile(LINE) == Customer()
    caller = await people.caller(LINE)
    assert (caller.trust, caller.session, caller.member_id) == (Trust.ANONYMOUS, None, None)
    assert await people.member_of(LINE) is None
    await people.touch(LINE)
    await people.leave(LINE)


async def test_who_proves_to_be_a_member_is_one(house: House) -> None:
    people = house.storage.customers
    talk = await talk_of(house, "stock", LINE)
    before = await house.customer_id()
    await people.prove(LINE, proof(usual_store="S1", language="en"), by="code")
    customer = await people.profile(LINE)
    assert customer.id == before
    assert (customer.member_id, customer.name, customer.usual_store) == ("M1", "山田", "S1")
    assert (customer.trust, customer.language) == (Trust.VERIFIED, "en")
    caller = await people.caller(LINE)
    assert (caller.session, caller.member_id) == ("session of M1", "M1")
    await house.write(text("b"))
    assert (await house.sheet(await house.claimed())).conversation == talk


async def test_trust_is_lost_by_idling_and_by_time(house: House) -> None:
    people = house.storage.customers
    await people.prove(LINE, proof(), by="code")
    house.clock.passes(minutes=30)
    assert (await people.profile(LINE)).trust == Trust.VERIFIED
    house.clock.passes(seconds=1)
    assert (await people.profile(LINE)).trust == Trust.LINKED
    await people.touch(LINE)
    assert (await people.profile(LINE)).trust == Trust.LINKED
    await people.prove(LINE, proof(), by="code")
    for _ in range(12 * 4):
        assert (await people.profile(LINE)).trust == Trust.VERIFIED
        house.clock.passes(minutes=15)
        await people.touch(LINE)
    house.clock.passes(seconds=1)
    assert (await people.profile(LINE)).trust == Trust.LINKED
    assert await people.member_of(LINE) == "M1"


async def test_a_weaker_proof_links_without_verifying(house: House) -> None:
    people = house.storage.customers
    await people.prove(LINE, proof(trust=Trust.LINKED), by="deep link")
    assert (await people.profile(LINE)).trust == Trust.LINKED
    assert (await people.caller(LINE)).trust == Trust.LINKED


async def test_a_weaker_proof_takes_nothing_away(house: House) -> None:
    people = house.storage.customers
    await people.prove(LINE, proof(), by="code")
    weaker = proof(trust=Trust.LINKED, session="weaker")
    await people.prove(LINE, weaker, by="deep link")
    caller = await people.caller(LINE)
    assert (caller.trust, caller.session) == (Trust.VERIFIED, "session of M1")
    house.clock.passes(hours=1)
    await people.prove(LINE, weaker, by="deep link")
    caller = await people.caller(LINE)
    assert (caller.trust, caller.session) == (Trust.LINKED, "weaker")


async def test_a_member_who_links_another_account_goes_on_there(house: House) -> None:
    people = house.storage.customers
    line = await talk_of(house, "hold", LINE)
    await people.prove(LINE, proof(), by="code")
    web = await talk_of(house, "stock", WEB, minutes=1)
    await people.prove(WEB, proof(), by="jwt")
    assert await house.customer_id(WEB) == await house.customer_id(LINE)
    await house.write(text("and?", WEB))
    sheet = await house.sheet(await house.claimed(), WEB)
    assert sheet.conversation.id == line.id
    assert [frame.id for frame in sheet.conversation.stack] == ["hold", "stock"]
    assert sheet.conversation.asked == web.asked
    assert set(sheet.customer.focus.last) == {"hold", "stock"}
    assert await house.said(WEB) == ["about stock", "and?"]
    assert await house.said(LINE) == ["about hold"]


async def test_a_turn_under_way_is_answered_again_after_the_talks_were_joined(
    house: House,
) -> None:
    people = house.storage.customers
    await people.prove(LINE, proof(), by="code")
    await house.write(text("code please", WEB), text("meanwhile", LINE))
    claims = [await house.claimed(), await house.claimed()]
    running = [
        (claim, await house.sheet(claim, claim.letters[0].message.account)) for claim in claims
    ]
    await people.prove(WEB, proof(), by="code")
    for claim, sheet in running:
        turn = house.turn(claim, sheet, envelope("lost"))
        assert not await house.storage.conversations.commit(turn)
        await house.storage.mailbox.release(claim)
    again = await house.claimed()
    assert again.customer_id == await house.customer_id(LINE)
    texts = {letter.message.account for letter in again.letters}
    assert texts == {LINE, WEB}
    assert await house.claim() is None
    for account in (LINE, WEB):
        assert await house.storage.conversations.open(again, account) is not None


async def test_the_emptied_customers_claim_is_lost_to_open(house: House) -> None:
    people = house.storage.customers
    await people.prove(LINE, proof(), by="code")
    await house.write(text("a", WEB))
    claim = await house.claimed()
    await people.prove(WEB, proof(), by="code")
    assert await house.storage.conversations.open(claim, WEB) is None


async def test_an_effect_follows_its_letter_to_the_joined_customer(house: House) -> None:
    people = house.storage.customers
    await people.prove(LINE, proof(), by="code")
    await house.write(text("はい", WEB))
    claim = await house.claimed()
    sheet = await house.sheet(claim, WEB)
    pending = PendingAct(claim.letters[0].id, Act("f", PutAside("S1", "V1"), "key", {}))
    assert await house.storage.conversations.begin(claim, sheet.version, pending)
    await people.prove(WEB, proof(), by="code")
    await house.storage.conversations.settle(replace(pending, outcome=True))
    again = await house.claimed()
    (found,) = (await house.sheet(again, WEB)).pending
    assert found.outcome is True


async def test_requests_for_a_person_follow_to_the_joined_customer(house: House) -> None:
    people = house.storage.customers
    await people.prove(LINE, proof(), by="code")
    await house.write(text("a", WEB))
    await house.answer(account=WEB, case=after(NOBODYS, Wanted("wish", staffed=True), NOON).case)
    await people.prove(WEB, proof(), by="code")
    (row,) = await house.storage.handoffs.open()
    assert row.talk.customer_id == await house.customer_id(LINE)


async def test_two_members_never_join(house: House) -> None:
    people = house.storage.customers
    await talk_of(house, "hold", LINE)
    await people.prove(LINE, proof("M1"), by="code")
    await talk_of(house, "stock", WEB)
    await people.prove(WEB, proof("M2", name="佐藤"), by="code")
    first = await house.customer_id(LINE)
    await people.prove(WEB, proof("M1"), by="code")
    assert await house.customer_id(WEB) == first
    await house.write(text("b", WEB))
    sheet = await house.sheet(await house.claimed(), WEB)
    assert [frame.id for frame in sheet.conversation.stack] == ["hold"]
    assert set(sheet.customer.focus.last) == {"hold"}
    assert await house.said(WEB) == ["b"]


async def test_an_account_of_one_member_that_becomes_anothers_starts_afresh(
    house: House,
) -> None:
    people = house.storage.customers
    await talk_of(house, "hold", WEB)
    await people.prove(WEB, proof("M1"), by="code")
    first = await house.customer_id(WEB)
    await people.prove(WEB, proof("M2", name="佐藤"), by="code")
    customer = await people.profile(WEB)
    assert customer.id != first
    assert (customer.member_id, customer.name, customer.focus) == ("M2", "佐藤", Focus())
    assert (await people.caller(WEB)).session == "session of M2"
    await people.prove(LINE, proof("M1"), by="code")
    assert await house.customer_id(LINE) == first


async def test_who_leaves_is_nobody_and_shows_nothing(house: House) -> None:
    people = house.storage.customers
    await talk_of(house, "hold", WEB)
    await people.prove(WEB, proof(), by="jwt")
    member = await house.customer_id(WEB)
    await people.leave(WEB)
    customer, caller = await people.profile(WEB), await people.caller(WEB)
    assert (customer.trust, customer.member_id, customer.name) == (Trust.ANONYMOUS, None, None)
    assert (customer.focus, caller.session) == (Focus(), None)
    assert customer.id != member
    assert await people.member_of(WEB) is None
    await house.write(text("somebody else", WEB))
    assert await house.said(WEB) == ["somebody else"]
    sheet = await house.sheet(await house.claimed(), WEB)
    assert sheet.conversation.stack == ()
    await people.prove(LINE, proof(), by="code")
    assert await house.customer_id(LINE) == member


async def test_an_answer_under_way_is_not_shown_after_leaving(house: House) -> None:
    people = house.storage.customers
    await people.prove(WEB, proof(), by="jwt")
    await house.write(text("my orders", WEB))
    claim = await house.claimed()
    sheet = await house.sheet(claim, WEB)
    await people.leave(WEB)
    turn = house.turn(claim, sheet, envelope("order 123", WEB))
    assert not await house.storage.conversations.commit(turn)
    assert await house.said(WEB) == []
    assert (await house.sheet(await house.claimed(), WEB)).customer.trust == Trust.ANONYMOUS


async def test_the_operators_policy_comes_with_the_customer(url: str, clock: MovableClock) -> None:
    policy = frozenset({("orders", Trust.LINKED)})
    settings = StorageSettings(secret="s", policy=policy)
    async with open_storage(url, clock, settings) as storage:
        await storage.customers.prove(LINE, proof(trust=Trust.LINKED), by="code")
        customer = await storage.customers.profile(LINE)
    assert customer.may("orders")
    assert not customer.may("points.history")


async def test_one_member_proven_on_many_accounts_at_once_is_one_customer(
    stored: Storage, second: Storage
) -> None:
    people = [Account("line", f"U{n}") for n in range(8)]
    doors = [stored.customers, second.customers] * 4
    await asyncio.gather(
        *(door.prove(who, proof(), by="code") for door, who in zip(doors, people, strict=True))
    )
    assert len({(await stored.customers.profile(who)).id for who in people}) == 1


async def test_a_session_is_sealed_and_lost_with_the_operators_secret(
    url: str, stored: Storage, clock: MovableClock
) -> None:
    await stored.customers.prove(LINE, proof(), by="code")
    database = connect(url)

    def kept(connection: Connection) -> str:
        return str(connection.execute(select(accounts.c.session)).scalar_one())

    assert "session of M1" not in await database.read(kept)
    await database.close()
    other = replace(SETTINGS, secret="another")
    async with open_storage(url, clock, other) as storage:
        caller = await storage.customers.caller(LINE)
    assert (caller.session, caller.member_id) == (None, "M1")


async def test_what_happened_to_an_account_is_in_the_audit_log(
    url: str, stored: Storage, clock: MovableClock
) -> None:
    people = stored.customers
    await people.prove(LINE, proof(), by="code")
    await people.prove(LINE, proof(), by="code")
    await stored.mailbox.put([text("a", WEB)])
    await people.prove(WEB, proof(), by="jwt")
    await people.prove(WEB, proof("M2"), by="jwt")
    await people.leave(WEB)
    database = connect(url)
    rows = await database.read(lambda c: c.execute(select(audit).order_by(audit.c.id)).all())
    merged = await database.read(
        lambda c: c.execute(
            select(func.count()).where(customers.c.merged_into.is_not(None))
        ).scalar_one()
    )
    await database.close()
    log = [(row.action, row.by, row.member_id) for row in rows]
    assert log == [
        ("linked", "code", "M1"),
        ("proven", "code", "M1"),
        ("merged", "jwt", "M1"),
        ("moved", "jwt", "M2"),
        ("left", "customer", None),
    ]
    assert all(row.at == clock.real() for row in rows)
    assert merged == 1


@pytest.mark.parametrize("account", [LINE, WEB])
async def test_proof_may_come_before_the_first_message(house: House, account: Account) -> None:
    await house.storage.customers.prove(account, proof(), by="jwt")
    await house.write(text("a", account))
    sheet = await house.sheet(await house.claimed(), account)
    assert (sheet.customer.member_id, sheet.customer.trust) == ("M1", Trust.VERIFIED)
