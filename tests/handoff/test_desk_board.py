"""One talk on a desk's screen is as the whole queue has it."""

from __future__ import annotations

from bot.messages import Account
from tests.handoff.office import Office


async def test_a_talk_that_changed_is_shown_as_the_whole_queue_shows_it(office: Office) -> None:
    sato = await office.hires("sato")
    talks = []
    for number, words in enumerate(("person", "person", "angry", "person")):
        talks.append(await office.waits(Account("webchat", f"w{number}"), words))
        office.clock.passes(minutes=1)
    await office.talks.take(sato, talks[0])
    rows = {one.row.talk.conversation_id: one for one in await office.board.rows()}
    assert [rows[talk].position for talk in talks] == [None, 2, 1, 3]
    assert rows[talks[0]].owner == "sato"
    for talk in talks:
        assert await office.board.these([talk]) == {talk: rows[talk]}
    assert await office.board.these(talks) == rows
    await office.talks.resolve(sato, talks[0], "answered")
    assert await office.board.these([talks[0], "0" * 32]) == {}
