"""The desk closes while customers wait: an answer is promised only where it will be found."""

from __future__ import annotations

from bot.handoff.desk import State
from tests.conversations.staff_at_work import Desk, Visiting, by_day

UNTIL_EVENING = 8 * 60


async def test_a_web_visitor_who_waits_is_asked_where_an_answer_finds_them(
    visiting: Visiting, desk: Desk
) -> None:
    await desk.comes()
    web = by_day(visiting("ja", "webchat"))
    assert (await web.say("担当者と話したい")).keys == ["person.in_queue"]
    web.wait(UNTIL_EVENING)
    asked = await web.read_on()
    assert asked.keys == ["person.where_to_answer"]
    assert "ご用件は承っております。担当者の受付は、明日11/25(水) 10:00からです" in asked.text
    assert "メールアドレスか電話番号をお送りください" in asked.text
    assert "このトークで" not in asked.text
    assert "電話がほしい" in asked.choices
    assert (await web.say("まだですか")).keys == ["person.where_to_answer"]
    assert (await web.say("hanako@shop.example")).keys == ["person.email_noted"]
    waits = await web.say("まだですか")
    assert waits.keys == ["person.answer_elsewhere"]
    assert "お返事は、メールで差し上げます" in waits.text
    assert (await desk.case(web)).reason == "email"


async def test_what_a_web_visitor_was_just_asked_stays_open(visiting: Visiting, desk: Desk) -> None:
    await desk.comes("Sato")
    web = by_day(visiting("en", "webchat"))
    await web.say("I want to talk to a person")
    assert (await web.say("Do you have the Sora?")).keys == ["ask.option"]
    web.wait(UNTIL_EVENING)
    asked = await web.read_on()
    assert asked.keys == ["person.where_to_answer"]
    assert "Where should the answer go?" in asked.text
    assert (await web.say("26.5cm in black")).keys[-1] == "ask.store"


async def test_in_line_the_answer_is_promised_here(visiting: Visiting, desk: Desk) -> None:
    await desk.comes()
    line = by_day(visiting("ja", "line"))
    await line.say("担当者と話したい")
    line.wait(UNTIL_EVENING)
    told = await line.read_on()
    assert told.keys == ["person.closed"]
    assert "11/25(水) 10:00以降に、このトークでお返事します" in told.text
    assert (await desk.case(line)).state is State.DEFERRED


async def test_who_waits_for_a_call_is_not_told_that_the_answer_comes_here(
    visiting: Visiting, desk: Desk
) -> None:
    await desk.comes()
    line = by_day(visiting("ja", "line"))
    await line.say("担当者と話したい")
    await line.tap("電話がほしい")
    await line.say("090-1234-5678")
    await line.say("水曜の15時ごろ")
    line.wait(UNTIL_EVENING)
    told = await line.read_on()
    assert told.keys == ["person.answer_elsewhere"]
    assert "お返事は、お電話で差し上げます" in told.text
