"""What the platform itself can bring is asked for with a button: a number, a place, a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.customers.profile import Customer
from bot.dialogue import codec
from bot.dialogue.engine import hear, resume
from bot.dialogue.heard import Heard, Request, Told
from bot.dialogue.replies import Replies
from bot.dialogue.state import Conversation, Line
from bot.loading import load_words
from bot.messages.outbound import Choice, Text
from bot.skills.nearest_store import nearest_store
from bot.skills.points_balance import points_balance
from bot.skills.prove_identity import prove_identity
from bot.skills.talk_to_person import request_call

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SKILLS = {skill.intent: skill for skill in (points_balance, prove_identity)}
WORDS = Replies(load_words(Path(__file__).parents[2] / "responses"), ZoneInfo("Asia/Tokyo"), "")
CONTACT = frozenset({"contact"})


class Stranger:
    """Somebody who wants to know their points, on one channel or another."""

    def __init__(self) -> None:
        self.conversation = Conversation("c" * 32)

    def asks(self, text: str = "", *, on: frozenset[str]) -> list[Line]:
        """Ask for the points, or write something else; `on`: what the channel can ask for."""
        requests = () if text else (Request("points_balance"),)
        heard = Heard(text, requests, asks=on)
        turn = hear(self.conversation, heard, Customer(), SKILLS, NOON)
        worded = WORDS.worded(turn.conversation, "ja", NOON)
        self.conversation = codec.decode(codec.encode(worded), worded.id)
        return list(turn.lines)


def choices(lines: list[Line]) -> list[Choice]:
    parts = WORDS.write(lines, "ja", NOON)
    return [choice for part in parts if isinstance(part, Text) for choice in part.choices]


def test_the_platform_is_asked_for_the_number() -> None:
    [choice] = choices(Stranger().asks(on=CONTACT))
    assert (choice.label, choice.asks) == ("電話番号を送る", "contact")


def test_other_channels_do_not_show_it() -> None:
    stranger = Stranger()
    assert choices(stranger.asks(on=frozenset())) == []
    assert choices(stranger.asks(on=CONTACT))
    assert choices(stranger.asks(on=frozenset({"location"}))) == []


def test_who_writes_what_the_button_says_is_asked_again() -> None:
    stranger = Stranger()
    first = stranger.asks(on=CONTACT)
    for words in ("電話番号を送る", "1"):
        again = stranger.asks(words, on=CONTACT)
        assert [line.key for line in again][-1:] == ["ask.proof"]
        assert choices(again) == choices(first)
    assert prove_identity.intent in {frame.skill for frame in stranger.conversation.stack}


def test_the_same_question_has_the_same_button() -> None:
    stranger = Stranger()
    first = stranger.asks(on=CONTACT)
    assert choices(stranger.asks(on=CONTACT)) == choices(first)


def test_a_place_is_asked_for_where_the_platform_can_bring_it() -> None:
    skills = {nearest_store.intent: nearest_store}
    shown = {}
    for asks in (frozenset({"location"}), frozenset[str]()):
        heard = Heard("", (Request("nearest_store"),), asks=asks)
        turn = hear(Conversation("c" * 32), heard, Customer(), skills, NOON)
        shown[asks] = [(c.label, c.asks) for c in choices(list(turn.lines))]
    assert list(shown.values()) == [
        [("現在地を送る", "location"), ("店舗の一覧", None)],
        [("店舗の一覧", None)],
    ]


def test_a_time_is_picked_between_two_in_the_shops_zone() -> None:
    skills = {request_call.intent: request_call}
    heard = Heard(
        "",
        (Request("request_call", {"phone": Told.of("09012345678")}),),
        asks=frozenset({"moment"}),
    )
    turn = hear(Conversation("c" * 32), heard, Customer(), skills, NOON)
    within = (NOON, NOON + timedelta(days=14))
    turn = resume(turn, ((), within), Customer(), skills)
    kept = codec.decode(codec.encode(turn.conversation), turn.conversation.id)
    assert [b.kind for b in kept.shown] == ["moment", "slot"]
    [choice, any_time] = choices(list(turn.lines))
    assert (choice.label, choice.asks) == ("日時を選ぶ", "moment")
    assert [f"{moment:%m-%d %H:%M}" for moment in choice.within] == ["11-21 12:00", "12-05 12:00"]
    assert any_time.asks is None
