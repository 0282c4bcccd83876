"""Two talks of one person become one."""

from datetime import UTC, datetime, timedelta

from bot.dialogue.engine import PROOF
from bot.dialogue.joining import joined
from bot.dialogue.state import FRAMES_AT_MOST, Asked, Conversation, Frame

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def frame(name: str, minute: int, skill: str = "check_stock") -> Frame:
    return Frame(name, skill, NOON + timedelta(minutes=minute))


def test_the_latest_requests_of_both_stay_the_newest_on_top() -> None:
    web = Conversation("web", stack=(frame("a", 0), frame("b", 4)))
    line = Conversation("line", stack=(frame("c", 1), frame("d", 3)))
    assert [f.id for f in joined(web, line).stack] == ["c", "d", "b"]


def test_a_question_who_this_is_costs_no_request_its_place() -> None:
    stack = (frame("a", 0), frame("b", 1), frame("c", 2), frame("who", 3, PROOF))
    whole = joined(Conversation("web", stack=stack), Conversation("line"))
    assert [f.id for f in whole.stack] == ["a", "b", "c", "who"]
    assert len(whole.stack) == FRAMES_AT_MOST + 1


def test_a_question_whose_request_has_made_room_is_open_no_more() -> None:
    asked = Asked("a", slot="size")
    web = Conversation("web", stack=(frame("b", 1), frame("c", 9), frame("a", 0)), asked=asked)
    line = Conversation("line", stack=(frame("d", 2), frame("e", 3)))
    assert joined(web, line).asked is None
