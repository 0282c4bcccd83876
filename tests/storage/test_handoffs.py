"""Talks that go to people and come back, as both databases and the fake keep them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.channel import Envelope
from bot.errors import NotYours
from bot.handoff.desk import (
    NOBODYS,
    Case,
    Event,
    HandedBack,
    PassedOn,
    Replied,
    Resolved,
    State,
    Taken,
    Wanted,
    Wrote,
    after,
)
from bot.messages import inbound
from bot.messages.outbound import Text
from bot.ports import Change, DeskTalk, Note
from tests.storage.counter import LINE, NOON, WEB, House, envelope, proof, text

SATO, SUZUKI = "a" * 32, "b" * 32


def on(event: Event, **more: object) -> Callable[[DeskTalk], Change]:
    def decide(talk: DeskTalk) -> Change:
        return Change(after(talk.case, event, NOON).case, **more)  # type: ignore[arg-type]

    return decide


def said_by_staff(words: str) -> Callable[[DeskTalk], Change]:
    def decide(talk: DeskTalk) -> Change:
        assert talk.account is not None
        out = Envelope(f"staff {words}", talk.account, "agent", Text(words), NOON, name="佐藤")
        return Change(after(talk.case, Replied(SATO), NOON).case, out=(out,))

    return decide


async def waiting(house: House, words: str = "人と話したい") -> str:
    """Somebody who asked for a person; the conversation's id."""
    await house.write(text(words))
    wanted = after(NOBODYS, Wanted("asked_for", staffed=True), NOON).case
    await house.answer(envelope("承りました"), case=wanted, summary={"frames": []}, wrote=LINE)
    talk = await house.storage.handoffs.of(LINE)
    assert talk is not None
    assert talk.case.state is State.WAITING
    return talk.conversation_id


async def case(house: House, conversation_id: str) -> Case:
    row = await house.storage.handoffs.row(conversation_id)
    assert row is not None
    return row.talk.case


async def test_of_two_who_take_a_talk_in_the_same_instant_one_has_it(house: House) -> None:
    talk = await waiting(house)
    change = house.storage.handoffs.change
    both = await asyncio.gather(
        change(talk, on(Taken(SATO))), change(talk, on(Taken(SUZUKI))), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in both) == ["DeskTalk", "NotYours"]
    assert (await case(house, talk)).agent in (SATO, SUZUKI)


async def test_a_turn_under_way_when_the_talk_is_taken_says_nothing(house: House) -> None:
    talk = await waiting(house)
    await house.write(text("それと、在庫は？"))
    claim = await house.claimed()
    sheet = await house.sheet(claim)
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    late = house.turn(claim, sheet, envelope("在庫はございます"))
    assert not await house.storage.conversations.commit(late)
    assert (await house.sheet(claim)).case.state is State.WITH_PERSON


async def test_what_staff_say_goes_to_where_the_customer_wrote_last(house: House) -> None:
    talk = await waiting(house)
    await house.storage.customers.prove(LINE, proof(), by="test")
    await house.write(text("こちらで", WEB))
    await house.storage.customers.prove(WEB, proof(), by="test")
    talk = (await house.storage.handoffs.open())[0].talk.conversation_id
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    claim = await house.claimed()
    sheet = await house.sheet(claim, WEB)
    wrote = after(sheet.case, Wrote(), NOON).case
    await house.storage.conversations.commit(house.turn(claim, sheet, case=wrote, wrote=WEB))
    await house.storage.handoffs.change(talk, said_by_staff("こんにちは"))
    assert (await house.said(WEB))[-1] == "こんにちは"
    assert "こんにちは" not in await house.said(LINE)


async def test_what_staff_say_is_in_the_outbox_of_a_channel_that_is_called(house: House) -> None:
    talk = await waiting(house)
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    await house.storage.handoffs.change(talk, said_by_staff("お待たせしました"))
    parcel = await house.storage.outbox.claim("d", lease_seconds=30)
    assert parcel is not None
    last = parcel.envelopes[-1]
    assert (last.author, last.name, last.content) == ("agent", "佐藤", Text("お待たせしました"))


async def test_a_word_to_the_bot_comes_with_the_talk(house: House) -> None:
    talk = await waiting(house)
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    back = inbound.Returned(id="r1", account=LINE, at=NOON)
    await house.storage.handoffs.change(talk, on(HandedBack(SATO), letters=(back,)))
    claim = await house.claimed()
    assert [letter.message for letter in claim.letters] == [back]
    assert (await house.sheet(claim)).case == NOBODYS


async def test_who_does_not_have_the_talk_changes_nothing(house: House) -> None:
    talk = await waiting(house)
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    before = await case(house, talk)
    with pytest.raises(NotYours):
        await house.storage.handoffs.change(talk, on(Resolved(SUZUKI, "done")))
    assert await case(house, talk) == before


async def test_a_talk_nobody_knows_is_none(house: House) -> None:
    assert await house.storage.handoffs.change("0" * 32, on(Taken(SATO))) is None
    assert await house.storage.handoffs.row("0" * 32) is None
    assert await house.storage.handoffs.whole("0" * 32) is None
    assert await house.storage.desk.timeline("0" * 32, None, 10) == []


async def test_who_is_known_later_keeps_the_place_in_the_queue(house: House) -> None:
    old = await waiting(house)
    await house.write(text("b", WEB))
    await house.answer(account=WEB)
    await house.storage.customers.prove(WEB, proof(), by="test")
    await house.storage.customers.prove(LINE, proof(), by="test")
    (row,) = await house.storage.handoffs.open()
    assert row.talk.case.asked_at == NOON
    assert row.is_member
    # Who still looks at the old talk finds the joined one.
    joined = await house.storage.handoffs.row(old)
    assert joined is not None
    assert joined.talk == row.talk
    assert await house.storage.handoffs.change(old, on(Taken(SATO))) is not None


async def test_a_closed_talk_is_closed_until_the_customer_writes(house: House) -> None:
    talk = await waiting(house)
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    await house.storage.handoffs.change(talk, on(Resolved(SATO, "answered")))
    assert await house.storage.handoffs.open() == []
    assert (await case(house, talk)).state is State.CLOSED
    await house.write(text("もう一つ"))
    claim = await house.claimed()
    sheet = await house.sheet(claim)
    bot = after(sheet.case, Wrote(), NOON).case
    await house.storage.conversations.commit(house.turn(claim, sheet, case=bot))
    assert (await case(house, talk)) == NOBODYS
    again = after(NOBODYS, Wanted("asked_for", staffed=True), NOON).case
    await house.write(text("人と"))
    await house.answer(case=again)
    assert (await case(house, talk)).state is State.WAITING


async def test_who_had_the_customer_before_is_known_when_they_come_again(house: House) -> None:
    talk = await waiting(house)
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    await house.storage.handoffs.change(talk, on(HandedBack(SATO)))
    assert (await waiting(house)) == talk
    again = await case(house, talk)
    assert (again.agent, again.last_agent) == (None, SATO)


async def test_handling_times_are_measured(house: House) -> None:
    talk = await waiting(house)

    def at(event: Event) -> Callable[[DeskTalk], Change]:
        now = house.clock.now()
        return lambda talk: Change(after(talk.case, event, now).case)

    await house.storage.handoffs.change(talk, at(Taken(SATO)))
    house.clock.passes(minutes=7)
    await house.storage.handoffs.change(talk, at(Resolved(SATO, "answered")))
    (handled,) = await house.storage.handoffs.handled(NOON)
    assert handled.total_seconds() == 7 * 60
    assert await house.storage.handoffs.handled(house.clock.now().replace(year=2030)) == []


async def test_only_who_was_with_a_person_rates(house: House) -> None:
    assert not await house.storage.handoffs.rate(LINE, 5)
    talk = await waiting(house)
    assert not await house.storage.handoffs.rate(LINE, 5)
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    await house.storage.handoffs.change(talk, on(Resolved(SATO, "answered")))
    assert await house.storage.handoffs.rate(LINE, 5)


async def test_the_timeline_shows_all_channels_and_notes_in_order(house: House) -> None:
    talk = await waiting(house)
    await house.storage.customers.prove(LINE, proof(), by="test")
    house.clock.passes(minutes=1)
    await house.write(text("ウェブから", WEB))
    await house.storage.customers.prove(WEB, proof(), by="test")
    house.clock.passes(minutes=1)
    noted = Note(SATO, "佐藤", "折り返し")
    await house.storage.handoffs.change(talk, on(Taken(SATO), note=noted))
    desk = house.storage.desk
    items = await desk.timeline(talk, None, 50)
    said = [item.content.text for item in items if isinstance(item.content, Text)]
    assert said == ["人と話したい", "承りました", "ウェブから", "折り返し"]
    assert [item.channel for item in items] == ["line", "line", "", "webchat", ""]
    assert [item.author for item in items] == ["customer", "bot", "note", "customer", "note"]
    assert [item.joined for item in items] == [False, False, True, False, False]
    earlier = await desk.timeline(talk, items[2].id, 1)
    assert [item.id for item in earlier] == [items[1].id]


async def test_search_finds_words_and_names(house: House) -> None:
    await waiting(house, "青いスニーカーの件")
    await house.storage.customers.prove(LINE, proof(), by="test")
    (found,) = await house.storage.desk.search("スニーカー 青い", None, 10)
    assert found.customer == "山田"
    assert await house.storage.desk.search("100%", None, 10) == []
    everything = await house.storage.desk.search("山田", None, 1)
    rest = await house.storage.desk.search("山田", everything[0].item.id, 10)
    assert len(rest) == 1
    assert rest[0].item.id != everything[0].item.id


async def test_staff_neither_read_nor_find_what_only_the_customer_may_read(house: House) -> None:
    talk = await waiting(house)
    secret = Text("連携コード 1234-5678", masked="連携コード ••••-••••")
    await house.write(text("LINEで続けたい"))
    await house.answer(replace(envelope(""), content=secret))
    assert (await house.said(LINE))[-1] == "連携コード 1234-5678"
    shown = (await house.storage.desk.timeline(talk, None, 9))[-1]
    assert shown.content == Text("連携コード ••••-••••")
    row = await house.storage.handoffs.row(talk)
    assert row is not None
    assert row.last is not None
    assert row.last.text == "連携コード ••••-••••"
    assert await house.storage.desk.search("1234", None, 10) == []


async def test_what_failed_can_be_sent_again(house: House) -> None:
    await waiting(house)
    parcel = await house.storage.outbox.claim("d", lease_seconds=30)
    assert parcel is not None
    key = parcel.envelopes[0].key
    await house.storage.outbox.dead(parcel, key, reason="refused", blocked=False)
    await house.storage.outbox.release(parcel)
    (failure,) = await house.storage.desk.undelivered()
    assert (failure.key, failure.reason) == (key, "refused")
    (item,) = [
        i for i in await house.storage.desk.timeline(failure.conversation_id, None, 9) if i.failed
    ]
    assert (item.failed, item.key) == ("refused", key)
    assert await house.storage.desk.send_again(key)
    assert not await house.storage.desk.send_again(key)
    again = await house.storage.outbox.claim("d", lease_seconds=30)
    assert again is not None
    assert again.envelopes[0].key == key


async def test_whoever_was_away_gets_every_event(house: House) -> None:
    desk = house.storage.desk
    start = await desk.newest()
    talk = await waiting(house)
    first = await desk.events(start, 100)
    assert first is not None
    assert {event.kind for event in first} == {"queue", "message"}
    assert {event.conversation_id for event in first} == {talk}
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    (taken,) = await desk.events(first[-1].cursor, 100) or []
    assert taken.kind == "queue"
    assert await desk.events(taken.cursor, 100) == []
    assert await desk.newest() == taken.cursor
    assert await desk.events("nonsense", 100) is None


async def test_a_cursor_that_is_too_old_is_told_so(house: House) -> None:
    desk = house.storage.desk
    start = await desk.newest()
    talk = await waiting(house)
    house.clock.passes(days=2)
    await desk.forget_events(house.clock.real())
    assert await desk.events(start, 100) is None
    newest = await desk.newest()
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    assert await desk.events(newest, 100)


async def test_a_talk_passed_on_waits_for_the_colleague(house: House) -> None:
    talk = await waiting(house)
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    await house.storage.handoffs.change(talk, on(PassedOn(SATO, to_agent=SUZUKI)))
    passed = await case(house, talk)
    assert (passed.state, passed.wanted_agent, passed.agent) == (State.WAITING, SUZUKI, None)


async def test_open_talks_alone_are_among_the_cases_from_the_wish_to_the_end(house: House) -> None:
    cases = house.storage.handoffs.cases
    assert await cases() == {}
    talk = await waiting(house)
    assert await cases() == {talk: await case(house, talk)}
    await house.storage.handoffs.change(talk, on(Taken(SATO)))
    assert [one.agent for one in (await cases()).values()] == [SATO]
    await house.storage.handoffs.change(talk, on(Resolved(SATO, "answered")))
    assert await cases() == {}
