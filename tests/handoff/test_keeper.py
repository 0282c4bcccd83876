"""Nobody's chat is lost when time passes: browsers die, the desk closes, customers fall silent."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.errors import NotYours
from bot.handoff.desk import State
from bot.messages import Account
from bot.ports import Decide, DeskTalk
from bot.shopfront.desk import Outlook
from bot.storage import Storage
from tests.handoff.office import POLICY, Office, told
from tests.storage.counter import LINE

LATE = timedelta(hours=7)
"""From noon to the evening, when the desk is closed."""


def passes(office: Office, time: timedelta) -> None:
    office.clock.passes(seconds=time.total_seconds())


async def later(office: Office, key: str) -> int:
    """How often the customer has been told so when staff will answer."""
    await office.serve()
    outlook = Outlook("deferred", hours=POLICY.hours(office.clock.now()))
    return (await office.said("bot")).count(told(key, outlook=outlook))


async def test_a_server_that_was_down_for_long_takes_no_talk_from_anybody(office: Office) -> None:
    sato = await office.hires("sato")
    talk = await office.waits()
    await office.talks.take(sato, talk)
    passes(office, POLICY.grace + timedelta(minutes=10))
    office.opened = office.clock.real()
    await office.keeper().look()
    assert (await office.case()).agent == sato.id


async def test_whose_owner_is_gone_is_back_in_the_queue_before_others_and_is_told(
    office: Office,
) -> None:
    sato, suzuki = await office.hires("sato"), await office.hires("suzuki")
    talk = await office.waits()
    await office.talks.take(sato, talk)
    await office.waits(LINE)
    passes(office, POLICY.grace + timedelta(seconds=1))
    await office.stays(suzuki)
    await office.keeper().look()
    case = await office.case()
    assert (case.state, case.priority, case.agent) == (State.WAITING, True, None)
    assert (await office.said("system"))[-1] == told("desk.requeued")
    first = (await office.board.rows())[0]
    assert first.row.talk.conversation_id == talk
    # Whose it was comes back and finds that it is not theirs any more, until they take it again.
    with pytest.raises(NotYours):
        await office.talks.reply(sato, talk, "お待たせしました")
    await office.talks.take(sato, talk)
    await office.talks.reply(sato, talk, "お待たせしました")


async def test_a_browser_that_comes_back_in_time_keeps_its_talk(office: Office) -> None:
    sato = await office.hires("sato")
    talk = await office.waits()
    await office.talks.take(sato, talk)
    for _ in range(3):
        passes(office, POLICY.grace - timedelta(seconds=1))
        await office.stays(sato)
        await office.keeper().look()
    assert (await office.case()).agent == sato.id
    assert told("desk.requeued") not in await office.said("system")


async def test_who_is_away_keeps_what_they_have(office: Office) -> None:
    sato = await office.hires("sato")
    talk = await office.waits()
    await office.talks.take(sato, talk)
    await office.storage.agents.set_status(sato.id, "away")
    await office.keeper().look()
    assert (await office.case()).agent == sato.id


async def test_who_is_disabled_in_mid_talk_loses_it_to_the_queue(office: Office) -> None:
    sato, suzuki = await office.hires("sato"), await office.hires("suzuki")
    talk = await office.waits()
    await office.talks.take(sato, talk)
    await office.storage.agents.disable(sato.id)
    await office.keeper().look()
    case = await office.case()
    assert (case.state, case.priority, case.last_agent) == (State.WAITING, True, sato.id)
    assert await office.board.next_for(suzuki) == talk


async def test_whose_owner_is_gone_after_closing_time_is_told_when_staff_are_back(
    office: Office,
) -> None:
    sato = await office.hires("sato")
    talk = await office.waits()
    await office.talks.take(sato, talk)
    passes(office, LATE)
    await office.keeper().look()
    case = await office.case()
    assert (case.state, case.priority) == (State.DEFERRED, True)
    assert await later(office, "person.closed") == 1
    assert talk in [row.talk.conversation_id for row in await office.storage.handoffs.open()]


async def test_when_the_desk_closes_who_waits_is_told_once_and_waits_first_when_it_opens(
    office: Office,
) -> None:
    sato = await office.hires("sato")
    talk = await office.waits()
    passes(office, LATE)
    for _ in range(3):
        await office.keeper().look()
        passes(office, timedelta(minutes=20))
    hours = POLICY.hours(office.clock.now())
    assert hours is not None
    assert await later(office, "person.closed") == 1
    assert (await office.case()).state is State.DEFERRED
    assert hours.next_open is not None
    passes(office, hours.next_open - office.clock.now())
    await office.keeper().look()
    assert (await office.case()).state is State.DEFERRED, "nobody is there yet"
    await office.stays(sato)
    await office.keeper().look()
    assert (await office.case()).state is State.WAITING
    await office.waits(LINE, "person")
    assert await office.board.next_for(sato) == talk


async def test_where_nobody_ever_comes_the_customer_is_told_once_that_it_takes_longer(
    office: Office,
) -> None:
    await office.waits()
    passes(office, POLICY.patience)
    await office.keeper().look()
    assert await later(office, "person.nobody_there") == 0, "patience is not over"
    for _ in range(4):
        passes(office, timedelta(minutes=11))
        await office.keeper().look()
    assert await later(office, "person.nobody_there") == 1
    assert (await office.case()).state is State.DEFERRED


async def test_somebody_of_a_store_does_not_answer_customers(office: Office) -> None:
    shibuya = await office.hires("shibuya", "store", store_id="S1")
    await office.waits()
    passes(office, POLICY.patience + timedelta(seconds=1))
    await office.stays(shibuya)
    await office.keeper().look()
    assert (await office.case()).state is State.DEFERRED


async def test_where_somebody_is_busy_the_customer_goes_on_waiting(office: Office) -> None:
    sato = await office.hires("sato")
    for name in ("one", "two"):
        other = Account("webchat", name)
        await office.talks.take(sato, await office.waits(other))
    await office.waits()
    passes(office, POLICY.patience + timedelta(seconds=1))
    await office.stays(sato)
    await office.keeper().look()
    assert (await office.case()).state is State.WAITING
    assert await office.board.next_for(sato) is None


async def test_a_customer_who_stays_silent_is_let_go_and_told(office: Office) -> None:
    sato = await office.hires("sato")
    talk = await office.waits()
    await office.talks.take(sato, talk)
    passes(office, POLICY.silence + timedelta(minutes=1))
    await office.stays(sato)
    await office.keeper().look()
    assert (await office.case()).state is State.WITH_PERSON, "it is not the customer's turn"
    await office.talks.reply(sato, talk, "いかがでしょうか")
    passes(office, POLICY.silence)
    await office.stays(sato)
    await office.keeper().look()
    assert (await office.case()).state is State.WITH_PERSON
    passes(office, timedelta(minutes=1))
    await office.stays(sato)
    await office.keeper().look()
    case = await office.case()
    assert (case.state, case.end) == (State.CLOSED, "silent")
    assert (await office.said("system"))[-1] == told("desk.closed")
    await office.says("hello")
    assert (await office.said("bot"))[-1] == "hello"


async def test_two_that_keep_at_once_do_it_once(office: Office, second: Storage) -> None:
    sato = await office.hires("sato")
    accounts = [Account("webchat", f"w{number}") for number in range(6)]
    for account in accounts:
        await office.talks.take(sato, await office.waits(account))
    passes(office, POLICY.grace + timedelta(seconds=1))
    await office.stays(await office.hires("suzuki"))
    keepers = [office.keeper(), office.keeper(second), office.keeper()]
    await asyncio.gather(*(keeper.look() for keeper in keepers))
    for account in accounts:
        assert (await office.case(account)).state is State.WAITING
        said = await office.said("system", account)
        assert said.count(told("desk.requeued")) == 1


async def test_a_talk_that_moved_on_meanwhile_is_left_alone(office: Office) -> None:
    sato, suzuki = await office.hires("sato"), await office.hires("suzuki")
    talk = await office.waits()
    await office.talks.take(sato, talk)
    row = await office.row()
    await office.talks.pass_on(sato, talk, to_agent=None, topic="")
    await office.talks.take(suzuki, talk)
    passes(office, POLICY.grace + timedelta(seconds=1))
    await office.stays(suzuki)
    keeper = office.keeper()
    agents = {agent.id: agent for agent in await office.storage.agents.listed()}
    due = keeper._due(row.talk.case, agents, True, True)
    assert due is not None
    await keeper._happens(talk, due, row.talk.case)
    assert (await office.case()).agent == suzuki.id


async def test_a_talk_that_cannot_be_moved_on_keeps_no_other_one(office: Office) -> None:
    sato = await office.hires("sato")
    talks = [await office.waits(Account("webchat", name)) for name in ("one", "two", "three")]
    for talk in talks:
        await office.talks.take(sato, talk)
    passes(office, POLICY.grace + timedelta(seconds=1))
    keeper = office.keeper()
    broken = (await office.storage.handoffs.open())[0].talk.conversation_id
    change = keeper._handoffs.change

    async def breaks(conversation_id: str, decide: Decide) -> DeskTalk | None:
        if conversation_id == broken:
            raise RuntimeError("the talk is broken")
        return await change(conversation_id, decide)

    keeper._handoffs = SimpleNamespace(cases=office.storage.handoffs.cases, change=breaks)  # type: ignore[assignment]
    await keeper.look()
    rows = await office.storage.handoffs.open()
    left = [row.talk.conversation_id for row in rows if row.talk.case.agent == sato.id]
    assert left == [broken]


async def test_events_nobody_resumes_from_are_forgotten_after_a_day(office: Office) -> None:
    start = await office.storage.desk.newest()
    await office.waits()
    passes(office, timedelta(hours=23))
    await office.keeper().forget()
    assert await office.storage.desk.events(start, 10)
    passes(office, timedelta(hours=2))
    await office.keeper().forget()
    assert await office.storage.desk.events(start, 10) is None
