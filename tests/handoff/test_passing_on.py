"""A talk is passed on: the customer hears one true sentence, whoever is there."""

from __future__ import annotations

from datetime import timedelta

from bot.handoff.desk import State
from bot.ports import Agent
from bot.shopfront.desk import Outlook
from tests.handoff.office import POLICY, Office, told

LATE = timedelta(hours=7)
"""From noon to the evening, when the desk is closed."""


async def with_person(office: Office) -> tuple[Agent, str]:
    """Somebody has the customer's talk, and what was said about that is over."""
    sato, talk = await office.hires("sato"), await office.waits()
    await office.talks.take(sato, talk)
    return sato, talk


async def said_since(office: Office, count: int) -> list[str]:
    """What the customer has been told since then, by whomever."""
    await office.keeper().look()
    await office.serve()
    items = (await office.items())[count:]
    return [getattr(item.content, "text", "") for item in items if item.author != "note"]


async def test_in_the_hours_a_colleague_takes_over(office: Office) -> None:
    sato, talk = await with_person(office)
    await office.hires("suzuki")
    before = len(await office.items())
    await office.talks.pass_on(sato, talk, to_agent=None, topic="returns")
    assert await said_since(office, before) == [told("desk.passed_on")]
    assert (await office.case()).state is State.WAITING


async def test_after_hours_the_customer_is_told_when_and_not_that_somebody_comes(
    office: Office,
) -> None:
    sato, talk = await with_person(office)
    before = len(await office.items())
    office.clock.passes(seconds=LATE.total_seconds())
    await office.stays(sato)
    await office.talks.pass_on(sato, talk, to_agent=None, topic="returns")
    outlook = Outlook("deferred", hours=POLICY.hours(office.clock.now()))
    assert await said_since(office, before) == [told("person.closed", outlook=outlook)]
    case = await office.case()
    assert (case.state, case.topic, case.priority) == (State.DEFERRED, "returns", True)


async def test_the_last_one_at_the_desk_goes_and_hands_all_over(office: Office) -> None:
    sato, _ = await with_person(office)
    before = len(await office.items())
    await office.storage.agents.set_status(sato.id, "away")
    assert await office.talks.hand_all_over(sato) == 1
    outlook = Outlook("deferred", hours=POLICY.hours(office.clock.now()))
    assert await said_since(office, before) == [told("person.nobody_there", outlook=outlook)]
    assert (await office.case()).state is State.DEFERRED
    await office.storage.agents.set_status(sato.id, "online")
    await office.keeper().look()
    assert (await office.case()).state is State.WAITING
