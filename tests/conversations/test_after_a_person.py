"""Staff give a talk back: what was open goes on, and how it was is asked once, when it fits."""

from __future__ import annotations

import pytest

from bot.ports import Agent
from tests.conversations.staff_at_work import Desk, Visiting, by_day
from tests.conversations.visitor import Visitor

DAY = 24 * 60
ENDED = "担当者の応対が終わりました"
RATING = "担当者の応対は、いかがでしたか"


@pytest.fixture
async def sato(desk: Desk) -> Agent:
    return await desk.comes()


@pytest.fixture
def line(visiting: Visiting) -> Visitor:
    return by_day(visiting("ja", "line"))


async def talked_to(desk: Desk, sato: Agent, visitor: Visitor, *, flagged: bool = False) -> None:
    """A person had the talk and gave it back."""
    await visitor.say("担当者と話したい")
    await desk.takes(sato, visitor)
    talk = await desk.talk_id(visitor)
    if flagged:
        await desk.house.office.conduct.flag(sato, talk, flagged=True)
    await desk.house.office.talks.hand_back(sato, talk, None)


async def reads(visitor: Visitor, *words: str) -> str:
    """What comes by itself, until these words are there."""
    said = ""
    while not all(each in said for each in words):
        said += (await visitor.read_on()).text
    return said


async def test_how_it_was_is_asked_at_once_where_nothing_is_open(
    desk: Desk, sato: Agent, line: Visitor
) -> None:
    await talked_to(desk, sato, line)
    await reads(line, ENDED, RATING)
    assert (await line.tap("★4")).keys == ["rating.thanks"]


async def test_what_is_open_goes_first_and_its_answer_is_no_rating(
    desk: Desk, sato: Agent, line: Visitor
) -> None:
    await line.say("ソラのブラックはありますか")
    await talked_to(desk, sato, line)
    assert RATING not in await reads(line, ENDED, "サイズは、どちらになさいますか")
    assert (await line.say("2")).keys == ["ask.store"], "the second size, not two stars"
    assert (await line.say("渋谷店")).keys == ["stock.in_store", "ask.put_aside"]
    rest = await line.say("いいえ")
    assert rest.keys == ["hold.left_on_shelf", "rating.how_was_it"]
    assert list(rest.choices) == ["★1", "★2", "★3", "★4", "★5", "店舗の案内を見る"]
    assert (await line.tap("★5")).keys == ["rating.thanks"]
    assert (await line.say("ソラの24.0cmは？")).keys[-1] != "rating.how_was_it"


async def test_who_drops_what_was_open_is_asked_then_and_may_ignore_it(
    desk: Desk, sato: Agent, line: Visitor
) -> None:
    await line.say("ソラのブラックはありますか")
    await talked_to(desk, sato, line)
    await reads(line, ENDED, "どちらになさいますか")
    dropped = await line.say("やっぱりいいです")
    assert dropped.keys == ["manners.cancelled", "rating.how_was_it"]
    assert (await line.say("渋谷店の営業時間は？")).keys == ["store.info"]
    assert RATING not in (await line.say("ありがとう")).text


async def test_whoever_is_helped_again_before_that_is_asked_once(
    desk: Desk, sato: Agent, line: Visitor
) -> None:
    await line.say("ソラのブラックはありますか")
    await talked_to(desk, sato, line)
    await reads(line, ENDED, "どちらになさいますか")
    await desk.takes(sato, line)
    await desk.house.office.talks.resolve(sato, await desk.talk_id(line), "solved")
    await reads(line, ENDED, RATING)
    assert (await line.say("やっぱりいいです")).keys == ["manners.cancelled"]


async def test_who_wants_a_person_again_is_not_asked_how_the_last_one_was(
    desk: Desk, sato: Agent, line: Visitor
) -> None:
    await line.say("ソラのブラックはありますか")
    await talked_to(desk, sato, line)
    await reads(line, ENDED, "どちらになさいますか")
    await line.say("やっぱり担当者と話したい")
    assert RATING not in (await line.say("やっぱりいいです")).text
    assert RATING not in (await line.say("やっぱりいいです")).text


async def test_nobody_is_asked_on_another_day(desk: Desk, sato: Agent, line: Visitor) -> None:
    await line.say("ソラのブラックはありますか")
    await talked_to(desk, sato, line)
    await reads(line, ENDED, "どちらになさいますか")
    line.wait(DAY + 1)
    assert RATING not in (await line.say("渋谷店の営業時間は？")).text


async def test_who_is_flagged_is_not_asked(desk: Desk, sato: Agent, line: Visitor) -> None:
    await talked_to(desk, sato, line, flagged=True)
    await reads(line, ENDED)
    assert (await line.say("渋谷店の営業時間は？")).keys == ["store.info"]
    assert await desk.house.storage.mailbox.claim("test", lease_seconds=1) is None
