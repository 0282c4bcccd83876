"""Customers who are muted: nothing they write is lost, and nobody answers it for them."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.conduct import Conduct
from bot.dialogue.heard import Heard, Request
from bot.handoff.desk import State
from bot.messages import inbound
from bot.messages.inbound import BACK_TO_BOT
from bot.reception.muting import heeded
from bot.storage import memory_storage
from tests.handoff.office import Office, told
from tests.storage.counter import SETTINGS, WEB, House, MovableClock

HOUR = timedelta(hours=1)
A_BUTTON = "…"
WORDS = ("hello", "stock", "stock runner 27 shibuya", "27", "yes", "person", "angry", "points")
steps = st.one_of(
    st.tuples(st.just("writes"), st.sampled_from(WORDS)),
    st.tuples(st.just("taps"), st.sampled_from([BACK_TO_BOT, "nothing"])),
    st.tuples(st.just("mutes"), st.integers(1, 90)),
    st.tuples(st.just("waits"), st.integers(1, 60)),
)


def conduct(office: Office) -> Conduct:
    return Conduct(office.talks._hands)


async def test_a_muted_customer_is_told_until_when_and_not_answered(office: Office) -> None:
    supervisor = await office.hires("suzuki", "supervisor")
    await office.says("hello")
    talk = (await office.row()).talk.conversation_id
    await conduct(office).mute(supervisor, talk, HOUR)
    before = len(await office.items())
    for words in ("stock", "person", "hello"):
        await office.says(words)
    assert [item.author for item in (await office.items())[before:]] == ["customer"] * 3
    (told,) = await office.said("system")
    assert "13:00" in told
    assert not (await office.case()).is_open
    office.clock.passes(minutes=60)
    await office.says("hello")
    assert (await office.items())[-1].author == "bot"


async def test_who_has_the_talk_sees_what_a_muted_customer_writes(office: Office) -> None:
    supervisor = await office.hires("suzuki", "supervisor")
    talk = await office.waits()
    await office.talks.take(supervisor, talk)
    await conduct(office).mute(supervisor, talk, HOUR)
    await office.says("angry")
    case = await office.case()
    assert (case.state, case.unread, case.turn) == (State.WITH_PERSON, 1, "us")
    # Who leaves the person is muted all the same.
    await office.tap(BACK_TO_BOT)
    await office.serve()
    assert (await office.case()).state is State.WITH_PERSON


async def test_what_a_muted_customer_sends_is_kept_without_a_word() -> None:
    clock = MovableClock()
    sheet = await _sheet(clock)
    picture = Heard(requests=(Request("keep_media"), Request("check_stock")), channel="line")
    kept = heeded(replace(sheet, muted=True), picture)
    assert kept is not None
    assert [request.intent for request in kept.requests] == ["keep_media"]
    assert kept.channel == "line"
    assert heeded(sheet, picture) == picture
    assert heeded(replace(sheet, muted=True), Heard(text="hello")) is None


async def _sheet(clock: MovableClock) -> Any:
    house = House(memory_storage(clock, SETTINGS), clock)
    message = inbound.Text(id=uuid.uuid4().hex, account=WEB, at=clock.real(), text="a")
    await house.write(message)
    return await house.sheet(await house.claimed(), WEB)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=12))
def test_nothing_a_customer_writes_is_lost_however_they_are_muted(did: list[Any]) -> None:
    asyncio.run(_lived(did))


async def _lived(did: list[Any]) -> None:
    clock = MovableClock()
    office = Office(memory_storage(clock, SETTINGS), clock)
    supervisor = await office.hires("suzuki", "supervisor")
    await office.says("hello")
    talk, written = (await office.row()).talk.conversation_id, ["hello"]
    muted_until = clock.real()
    for what, how in did:
        before = [item.id for item in await office.items()]
        if what == "writes":
            written.append(f"{how} #{len(written)}")
            await office.says(written[-1])
        elif what == "taps":
            await office.tap(how)
            await office.serve()
        elif what == "mutes":
            muted_until = clock.real() + timedelta(minutes=how)
            await conduct(office).mute(supervisor, talk, timedelta(minutes=how))
            continue
        else:
            clock.passes(minutes=how)
            continue
        came = [item.author for item in await office.items() if item.id not in before]
        if clock.real() < muted_until:
            assert not {"bot", "system"} & set(came)
    texts = [words for words in await office.said("customer") if words != A_BUTTON]
    assert texts == written
    clock.passes(days=1)
    await office.serve()
    assert await office.storage.mailbox.claim("w", lease_seconds=30) is None, "all is done"


async def test_a_supervisor_lifts_it_and_the_customer_is_answered_again(office: Office) -> None:
    supervisor = await office.hires("suzuki", "supervisor")
    await office.says("hello")
    talk = (await office.row()).talk.conversation_id
    await conduct(office).mute(supervisor, talk, HOUR)
    await office.says("hello")
    answered = len(await office.said("bot"))
    await conduct(office).unmute(supervisor, talk)
    assert (await office.said("system"))[-1] == told("desk.unmuted")
    office.clock.passes(seconds=1)
    await office.says("hello")
    assert len(await office.said("bot")) == answered + 1
    # Once is enough.
    await conduct(office).unmute(supervisor, talk)
    assert (await office.said("system")).count(told("desk.unmuted")) == 1
    actions = [e.what.action for e in await office.storage.desk_audit.entries(before=None, limit=9)]
    assert actions == ["unmute", "unmute", "mute"]
