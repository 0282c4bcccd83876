"""Two talks turn out to be one customer's: who had either is told, and no answer is lost."""

from __future__ import annotations

import json

import pytest

from bot.desk.feed import Feed
from bot.errors import NotYours
from bot.http.desk import shapes
from bot.http.desk.api import allowed
from bot.http.problems import Problem
from bot.ports import Agent
from tests.handoff.office import Office
from tests.storage.counter import LINE, WEB, proof


async def both_taken(office: Office) -> tuple[Agent, Agent, str, str]:
    """A member in LINE talks to Sato, a visitor on the web to Suzuki; the talks in this order."""
    sato, suzuki = await office.hires("sato"), await office.hires("suzuki")
    await office.says("hello", LINE)
    await office.storage.customers.prove(LINE, proof("m1"), by="code")
    first, second = await office.waits(LINE), await office.waits(WEB)
    await office.talks.take(sato, first)
    await office.talks.take(suzuki, second)
    return sato, suzuki, first, second


async def test_an_answer_to_the_talk_that_is_gone_says_where_it_went(office: Office) -> None:
    sato, suzuki, first, second = await both_taken(office)
    await office.storage.customers.prove(WEB, proof("m1"), by="code")
    assert (await office.case(WEB)).agent == sato.id, "who had it first keeps it"
    with pytest.raises(NotYours) as refused:
        await office.talks.reply(suzuki, second, "確認いたします")
    assert (refused.value.owner, refused.value.talk) == (sato.id, first)
    with pytest.raises(Problem) as problem:
        await allowed(office.talks.reply(suzuki, second, "確認いたします"))
    answer = problem.value.response()
    assert answer.status_code == 409
    assert json.loads(bytes(answer.body))["conversation_id"] == first
    assert await office.said("agent") == []


async def test_whose_talk_goes_on_in_the_joined_one_answers_there(office: Office) -> None:
    suzuki = await office.hires("suzuki")
    await office.says("hello", LINE)
    await office.storage.customers.prove(LINE, proof("m1"), by="code")
    old = await office.waits(WEB)
    await office.talks.take(suzuki, old)
    await office.storage.customers.prove(WEB, proof("m1"), by="code")
    talk = await office.talks.reply(suzuki, old, "確認いたします")
    row = await office.row(LINE)
    assert talk.conversation_id == row.talk.conversation_id != old
    assert row.talk.case.agent == suzuki.id
    assert await office.said("agent", WEB) == ["確認いたします"]


async def test_all_pages_are_told_where_the_talk_goes_on_and_its_timeline_says_so(
    office: Office,
) -> None:
    _, _, first, second = await both_taken(office)
    storage = office.storage
    feed = Feed(storage.desk, storage.agents, office.board, storage.bell)
    before = await storage.desk.newest()
    await storage.customers.prove(WEB, proof("m1"), by="code")
    signals = list(await feed.since(before))
    assert signals[0].kind == "joined", "before the talk leaves the queue"
    assert shapes.signal(signals[0]) == {"conversation_id": second, "into": first}
    (note,) = [item for item in await office.items(LINE) if item.author == "note"]
    assert shapes.item(note)["joined"]


async def test_a_wish_that_goes_to_another_customer_takes_open_pages_along(office: Office) -> None:
    """Of two accounts of nobody known one turns out to be a member's: only that one goes over."""
    storage = office.storage
    feed = Feed(storage.desk, storage.agents, office.board, storage.bell)
    first = await office.waits(LINE)
    await office.says("hello", WEB)
    await storage.linking.join(WEB, LINE)
    before = await storage.desk.newest()
    await storage.customers.prove(WEB, proof("m1"), by="code")
    into = (await office.row(WEB)).talk.conversation_id
    assert into != first
    joined, *queue = await feed.since(before)
    assert shapes.signal(joined) == {"conversation_id": first, "into": into}
    assert joined.placed is not None
    assert [(one.kind, one.conversation_id, one.placed is None) for one in queue] == [
        ("queue", first, True),
        ("queue", into, False),
    ]


async def test_a_wish_that_goes_with_the_account_let_go_takes_open_pages_along(
    office: Office,
) -> None:
    storage = office.storage
    feed = Feed(storage.desk, storage.agents, office.board, storage.bell)
    await office.says("hello", WEB)
    await storage.customers.prove(WEB, proof("m1"), by="code")
    first = await office.waits(WEB)
    before = await storage.desk.newest()
    (mine,) = await storage.linking.linked(WEB)
    await storage.linking.unlink(WEB, mine.id)
    joined, *_ = await feed.since(before)
    into = (await office.row(WEB)).talk.conversation_id
    assert shapes.signal(joined) == {"conversation_id": first, "into": into}
    assert into != first


async def test_where_no_person_is_wanted_nobody_of_the_staff_is_told(office: Office) -> None:
    await office.says("hello", LINE)
    await office.says("hello", WEB)
    for account in (LINE, WEB):
        await office.storage.customers.prove(account, proof("m1"), by="code")
    assert [item for item in await office.items(LINE) if item.author == "note"] == []
