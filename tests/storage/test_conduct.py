"""Talks that are flagged or muted, and answers that are corrected, as every storage keeps them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ports import Agent, Change, DeskTalk
from tests.storage.counter import LINE, WEB, House, envelope, proof, text

SATO = Agent("a" * 32, "sato@shop.example", "佐藤", "agent")
HOUR = timedelta(hours=1)


async def talk_of(house: House, account: object = LINE) -> DeskTalk:
    talk = await house.storage.handoffs.of(account)  # type: ignore[arg-type]
    assert talk is not None
    return talk


async def muted(house: House, account: object = LINE) -> str:
    talk = await talk_of(house, account)
    until = house.clock.real() + HOUR
    await house.storage.handoffs.change(
        talk.conversation_id, lambda talk: Change(talk.case, muted_until=until)
    )
    return talk.conversation_id


async def test_a_talk_is_muted_until_the_time_is_up(house: House) -> None:
    await house.write(text("ばか"))
    await house.answer()
    await muted(house)
    await house.write(text("ばか"))
    claim = await house.claimed()
    assert (await house.sheet(claim)).muted
    house.clock.passes(minutes=59)
    assert (await house.sheet(claim)).muted
    house.clock.passes(minutes=1)
    assert not (await house.sheet(claim)).muted


async def test_a_turn_under_way_when_the_talk_is_muted_says_nothing(house: House) -> None:
    await house.write(text("ばか"))
    claim = await house.claimed()
    sheet = await house.sheet(claim)
    await muted(house)
    assert not await house.storage.conversations.commit(house.turn(claim, sheet, envelope("はい")))
    assert (await house.sheet(claim)).muted


async def test_a_flag_is_put_up_and_taken_down(house: House) -> None:
    await house.write(text("a"))
    talk = (await talk_of(house)).conversation_id
    before = await house.storage.desk.newest()
    for flagged in (True, False):
        told = await house.storage.handoffs.change(
            talk, lambda talk, up=flagged: Change(talk.case, flagged=up)
        )
        assert told is not None
        assert told.flagged is flagged
        assert (await talk_of(house)).flagged is flagged
        assert (await talk_of(house)).muted_until is None
    events = await house.storage.desk.events(before, 10)
    assert [event.kind for event in events or ()] == ["queue", "queue"]


async def test_who_turns_out_to_be_a_member_stays_flagged_and_muted(house: House) -> None:
    await house.write(text("a", WEB))
    await house.answer(account=WEB)
    await house.storage.customers.prove(WEB, proof(), by="test")
    await house.write(text("b"))
    await house.answer()
    talk = await muted(house)
    await house.storage.handoffs.change(talk, lambda talk: Change(talk.case, flagged=True))
    before = await talk_of(house)
    await house.storage.customers.prove(LINE, proof(), by="test")
    after = await talk_of(house)
    assert after.customer_id == (await talk_of(house, WEB)).customer_id != before.customer_id
    assert (after.flagged, after.muted_until) == (True, before.muted_until)


async def test_a_call_for_a_supervisor_is_told_to_the_desk(house: House) -> None:
    await house.write(text("a"))
    talk = (await talk_of(house)).conversation_id
    before = await house.storage.desk.newest()
    await house.storage.handoffs.change(talk, lambda talk: Change(talk.case, calls=True))
    (event,) = await house.storage.desk.events(before, 10) or ()
    assert (event.kind, event.conversation_id) == ("supervisor", talk)


async def lines(house: House) -> tuple[str, dict[str, str]]:
    """The conversation, and the ids of what was said in it."""
    talk = (await talk_of(house)).conversation_id
    items = await house.storage.desk.timeline(talk, None, 50)
    return talk, {str(getattr(item.content, "text", "")): item.id for item in items}


async def test_a_wrong_answer_is_kept_with_what_led_to_it_and_the_right_one(house: House) -> None:
    await house.storage.agents.add(SATO, None)
    await house.write(text("ギフト包装はできますか"))
    await house.answer(envelope("在庫がございます"), envelope("ほかにもございますか"))
    talk, said = await lines(house)
    learning = house.storage.learning
    for right in ("分かりません", "ギフト包装を承ります"):
        known = await learning.correct(said["在庫がございます"], SATO.id, right)
        assert known == (talk, await house.customer_id())
    (one,) = await learning.corrections(10)
    assert (one.words, one.answer, one.right) == (
        "ギフト包装はできますか",
        "在庫がございます",
        "ギフト包装を承ります",
    )
    assert (one.agent, one.conversation_id, one.at) == ("佐藤", talk, house.clock.now())


async def test_the_latest_correction_comes_first(house: House) -> None:
    await house.storage.agents.add(SATO, None)
    await house.write(text("a"))
    await house.answer(envelope("b"), envelope("c"))
    _talk, said = await lines(house)
    for answer in ("c", "b"):
        house.clock.passes(minutes=1)
        await house.storage.learning.correct(said[answer], SATO.id, "right")
    assert [one.answer for one in await house.storage.learning.corrections(10)] == ["b", "c"]
    assert len(await house.storage.learning.corrections(1)) == 1


@pytest.mark.parametrize(
    "item", ["t-1-99", "t-x-1", "m-1-1", "n-0-1", "", "t-1", "t-1-1-1", "t-1-²"]
)
async def test_only_what_the_bot_said_is_corrected(house: House, item: str) -> None:
    await house.storage.agents.add(SATO, None)
    await house.write(text("a"))
    await house.answer(envelope("b"))
    _talk, said = await lines(house)
    learning = house.storage.learning
    assert await learning.correct(item, SATO.id, "right") is None
    assert await learning.correct(said["a"], SATO.id, "right") is None
    assert await learning.corrections(10) == []


async def test_what_was_said_before_a_log_out_is_not_corrected_any_more(house: House) -> None:
    await house.storage.agents.add(SATO, None)
    await house.write(text("a"))
    await house.answer(envelope("b"))
    _talk, said = await lines(house)
    await house.storage.customers.leave(LINE)
    assert await house.storage.learning.correct(said["b"], SATO.id, "right") is None
