"""Customers and people: asking for one, waiting, being called, talking, and saying how it was."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from bot.dialogue.steps import HandOver, Script, Skill, skill
from bot.errors import Unavailable
from bot.handoff.desk import State
from bot.reception import reception
from bot.shop import ShopDoor
from bot.skills.talk_to_person import talk_to_person
from tests.conversations.staff_at_work import Desk, Visiting, by_day
from tests.conversations.visitor import Visitor
from tests.support.canned import CUSTOMERS, SHOPS, steps

MEMBER = "m-001"
COLLECTS_TODAY = "10029904"
"""The number of a member whose order is kept until that Tuesday."""


async def proves(visitor: Visitor, member_number: str) -> None:
    """Say who one is, and prove it by a code."""
    for words in ("ポイント残高を教えて", member_number, "1", "{code}"):
        await visitor.say(words)


async def test_out_of_hours_the_answer_is_promised_here_for_when_the_desk_opens(
    visiting: Visiting, desk: Desk
) -> None:
    line = visiting("ja", "line")
    first = await line.say("担当者と話したい")
    assert first.keys == ["person.closed"]
    assert "11/24(火) 10:00以降に、このトークでお返事します" in first.text
    again = await line.say("担当者につないで")
    assert again.keys == ["person.closed"]
    assert "ご用件は承っております" in again.text
    assert (await line.say("まだですか")).text == again.text
    case = await desk.case(line)
    assert (case.state, case.reason) == (State.DEFERRED, "asked_for")


async def test_a_web_visitor_out_of_hours_is_asked_where_an_answer_finds_them(
    visiting: Visiting, desk: Desk
) -> None:
    web = visiting("ja", "webchat")
    asked = await web.say("担当者と話したい")
    assert asked.keys == ["person.where_to_answer"]
    assert "このトークでお返事" not in asked.text
    assert (await web.say("返品の方法を教えて")).keys == ["staffed.page"]
    noted = await web.say("hanako@shop.example")
    assert noted.keys == ["person.email_noted"]
    assert "hanako@shop.example" in noted.text
    assert await desk.notes(web) == ["メールでのお返事の希望：hanako@shop.example"]
    assert (await web.say("営業時間を教えて、渋谷店")).keys == ["store.info"]


async def test_a_member_on_the_web_is_found_without_being_asked(visiting: Visiting) -> None:
    web = visiting("ja", "webchat")
    await proves(web, "10024817")
    assert (await web.say("担当者と話したい")).keys == ["person.closed"]


async def test_who_would_rather_be_called_gives_a_number_and_a_time(
    visiting: Visiting, desk: Desk
) -> None:
    line = visiting("ja", "line")
    await line.say("担当者と話したい")
    assert (await line.tap("電話がほしい")).keys == ["ask.phone"]
    assert (await line.say("090-1234-5678")).keys == ["ask.call_time"]
    done = await line.tap("11/24(火) 14:00–18:00")
    assert done.keys == ["person.call_noted"]
    assert "09012345678（11/24(火) 14:00–18:00）" in done.text
    assert (await desk.case(line)).reason == "callback"
    assert await desk.notes(line) == ["お電話の希望：09012345678（11/24(火) 14:00–18:00）"]


async def test_a_number_in_the_first_words_is_taken_and_any_time_may_be_written(
    visiting: Visiting, desk: Desk
) -> None:
    web = visiting("ja", "webchat")
    assert (await web.say("090-1234-5678に電話ください")).keys == ["ask.call_time"]
    done = await web.say("水曜の15時ごろ")
    assert done.keys == ["person.call_noted"]
    assert await desk.notes(web) == ["お電話の希望：09012345678（水曜の15時ごろ）"]


async def test_while_nobody_is_there_that_is_said(visiting: Visiting, desk: Desk) -> None:
    line = by_day(visiting("ja", "line"))
    answer = await line.say("担当者と話したい")
    assert answer.keys == ["person.nobody_there"]
    assert "番目" not in answer.text
    assert (await desk.case(line)).state is State.WAITING


async def test_places_in_the_queue_move_up_when_somebody_leaves_it(
    visiting: Visiting, desk: Desk
) -> None:
    await desk.comes()
    first, second = by_day(visiting("ja", "line")), visiting("ja", "line")
    told = await first.say("担当者と話したい")
    assert told.keys == ["person.in_queue"]
    assert "ただいま1番目です" in told.text
    assert "ただいま2番目です" in (await second.say("人と話したいです")).text
    assert (await second.say("まだですか？")).keys == ["person.in_queue"]
    assert (await first.say("やっぱりいいです")).keys == ["person.queue_left"]
    assert (await desk.case(first)).state is State.BOT
    assert "ただいま1番目です" in (await second.tap("順番を確かめる")).text
    assert (await second.tap("順番待ちをやめる")).keys == ["person.queue_left"]
    assert (await second.tap("順番待ちをやめる")).keys == ["person.not_waiting"]


async def test_in_english(visiting: Visiting, desk: Desk) -> None:
    await desk.comes("Sato")
    visitor = by_day(visiting("en", "line"))
    told = await visitor.say("I want to talk to a person")
    assert "You are number 1 in the queue" in told.text
    assert (await visitor.say("how long?")).keys == ["person.in_queue"]
    assert (await visitor.say("never mind")).keys == ["person.queue_left"]
    assert (await visitor.say("how long?")).keys != ["person.in_queue"]


async def test_something_else_is_dropped_before_the_queue_is_left(visiting: Visiting) -> None:
    line = visiting("ja", "line")
    await line.say("担当者と話したい")
    assert (await line.say("ソラはありますか")).keys == ["ask.option"]
    assert (await line.say("やっぱりいいです")).keys == ["manners.cancelled"]
    assert (await line.say("やっぱりいいです")).keys == ["person.queue_left"]


async def test_a_call_is_dropped_together_with_the_request_for_a_person(
    visiting: Visiting, desk: Desk
) -> None:
    line = visiting("ja", "line")
    await line.say("担当者と話したい")
    await line.tap("電話がほしい")
    assert (await line.say("やっぱりいいです")).keys == ["person.queue_left"]
    assert (await desk.case(line)).state is State.BOT


async def test_a_wait_is_told_once_it_was_measured(visiting: Visiting, desk: Desk) -> None:
    agent = await desk.comes()
    by_day(visiting("ja", "line"))
    for _ in range(5):
        before = visiting("ja", "line")
        assert "目安" not in (await before.say("担当者と話したい")).text
        await desk.takes(agent, before)
        before.wait(20)
        await desk.house.office.talks.resolve(agent, await desk.talk_id(before), "solved")
    assert "目安は4–5分" in (await visiting("ja", "line").say("担当者と話したい")).text


async def test_an_angry_customer_hears_one_apology_and_comes_first(
    visiting: Visiting, desk: Desk
) -> None:
    await desk.comes()
    patient, angry = by_day(visiting("ja", "line")), visiting("ja", "line")
    await patient.say("担当者と話したい")
    answer = await angry.say("対応がひどすぎます。どうなってるんですか")
    assert answer.keys == ["person.sorry", "person.in_queue"]
    assert answer.text.count("申し訳") == 1
    assert "ただいま1番目です" in answer.text
    assert (await desk.case(angry)).reason == "complaint"


async def test_a_member_who_collects_something_today_comes_first(
    visiting: Visiting, desk: Desk
) -> None:
    await desk.comes()
    patient, member = by_day(visiting("ja", "line")), visiting("ja", "line")
    await patient.say("担当者と話したい")
    await proves(member, COLLECTS_TODAY)
    assert "ただいま1番目です" in (await member.say("担当者と話したい")).text
    assert (await desk.case(member)).priority


async def test_a_person_is_there_when_the_shops_systems_are_not(
    visiting: Visiting, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object) -> object:
        raise Unavailable("the shop is down")

    await desk.comes()
    member = by_day(visiting("ja", "line"))
    await proves(member, COLLECTS_TODAY)
    monkeypatch.setattr(ShopDoor, "answer", down)
    assert (await member.say("有効期限はいつ")).keys == ["fault.unavailable"]
    assert (await member.tap("担当者に相談する")).keys == ["person.in_queue"]
    assert (await desk.case(member)).reason == "fault"


async def test_who_was_not_understood_twice_is_given_a_person(
    visiting: Visiting, desk: Desk
) -> None:
    line = visiting("ja", "line")
    await line.say("ほげほげぴよ")
    assert (await line.say("ふがふが")).keys == ["manners.lost"]
    await line.tap("担当者に相談する")
    assert (await desk.case(line)).reason == "not_understood"


async def test_while_a_person_has_the_talk_the_bot_says_nothing(
    visiting: Visiting, desk: Desk
) -> None:
    agent = await desk.comes()
    line = by_day(visiting("ja", "line"))
    await line.say("渋谷店は何時までですか")
    await line.say("担当者と話したい")
    assert "担当の佐藤に代わりました" in await desk.takes(agent, line)
    await line.tell("ソラはありますか")
    await line.tell("やっぱりいいです")
    await line.send_picture()
    await desk.has_read(line, 3)
    assert await line.unread() == []
    assert (await desk.case(line)).state is State.WITH_PERSON
    back = await line.tap("自動応答に戻る")
    assert back.keys == ["person.left"]
    assert (await line.say("ソラはありますか")).keys == ["ask.option"]
    assert (await line.tap("自動応答に戻る")).keys[0] == "person.not_waiting"


async def test_a_button_that_only_reads_is_answered_beside_a_person(
    visiting: Visiting, desk: Desk
) -> None:
    agent = await desk.comes()
    line = by_day(visiting("ja", "line"))
    await proves(line, "10024817")
    await line.say("担当者と話したい")
    await desk.takes(agent, line)
    assert (await line.tap("有効期限を見る")).keys == ["points.expiry"]
    assert (await desk.case(line)).state is State.WITH_PERSON


async def test_another_channel_is_joined_while_a_person_has_the_talk(
    visiting: Visiting, desk: Desk
) -> None:
    agent = await desk.comes()
    web, line = by_day(visiting("ja", "webchat")), visiting("ja", "line")
    await web.say("ソラの在庫はありますか")
    await web.say("担当者と話したい")
    await desk.takes(agent, web)
    made = await desk.house.storage.linking.make(web.account)
    assert made is not None
    joined = await line.say(f"連携コード {made.code}")
    assert joined.keys == ["link.carried_over", "desk.still_there"]
    assert (await desk.case(line)).agent == agent.id


async def test_who_logs_in_on_the_page_while_a_person_has_their_talk_is_told_so_once(
    visiting: Visiting, desk: Desk
) -> None:
    agent = await desk.comes()
    line, web = by_day(visiting("ja", "line")), visiting("ja", "webchat")
    await proves(line, "10024817")
    await line.say("担当者と話したい")
    await desk.takes(agent, line)
    await web.say("営業時間を教えて")
    known = await web.house.front_desk.identify(web.account, MEMBER)
    assert known == web.account
    assert (await web.read_on()).keys == ["desk.still_there"]
    assert (await desk.case(web)).agent == agent.id
    await web.house.front_desk.identify(web.account, MEMBER)
    await web.tell("返品の件です")
    await desk.has_read(web, 1)
    assert await web.unread() == []
    assert [text for text in await line.unread() if "引き続き" in text] == []


async def test_a_person_who_is_done_is_rated(visiting: Visiting, desk: Desk) -> None:
    agent = await desk.comes()
    line = by_day(visiting("ja", "line"))
    await line.say("担当者と話したい")
    await desk.takes(agent, line)
    await desk.house.office.talks.resolve(agent, await desk.talk_id(line), "solved")
    said = ""
    while "★" not in said:
        said += (await line.read_on()).text
    assert "担当者の応対が終わりました" in said
    assert (await line.tap("★5")).keys == ["rating.thanks"]
    assert (await line.tap("★5")).keys == ["rating.thanks"]
    poor = await line.say("2")
    assert poor.keys != ["rating.sorry"], "what was asked is no open question"
    poor = await line.tap("★2")
    assert poor.keys == ["rating.sorry"]
    assert "担当者に相談する" in poor.choices


async def test_nobody_is_rated_who_did_not_answer(visiting: Visiting) -> None:
    line = visiting("ja", "line")
    await line.say("担当者と話したい")
    await line.say("やっぱりいいです")
    stars = await line.house.storage.handoffs.rate(line.account, 5)
    assert stars is False


async def test_what_breaks_the_bot_goes_to_a_person_and_that_is_said(
    visiting: Visiting, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    @skill("greet")
    def broken(customer: object) -> Script:
        raise RuntimeError("broken")
        yield

    line = visiting("ja", "line")
    skills = cast(dict[str, Skill], line.house.reception.house.skills)
    monkeypatch.setitem(skills, "greet", broken)
    monkeypatch.setattr(reception, "RETRY_AFTER", (timedelta(0), timedelta(0)))
    told = await line.say("こんにちは")
    assert told.keys == ["fault.poison"]
    assert "担当者の受付は、11/24(火) 10:00からです" in told.text
    assert (await desk.case(line)).reason == "poison"


def test_what_the_operator_leaves_to_people_is_the_reason() -> None:
    told = {"about": "return_exchange"}
    made = steps(
        talk_to_person, CUSTOMERS["stranger"], SHOPS["everything there"](), told, agrees=True
    )
    assert HandOver("return_exchange") in made
