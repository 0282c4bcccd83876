"""Where the platform vouches for a phone number, sharing it is offered as a proof."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.customers.profile import Customer
from bot.dialogue import codec
from bot.dialogue.engine import hear
from bot.dialogue.heard import Heard, Request
from bot.dialogue.replies import Replies
from bot.dialogue.state import Conversation, Line
from bot.loading import load_words
from bot.messages.outbound import Choice, Text
from bot.skills.points_balance import points_balance
from bot.skills.prove_identity import prove_identity

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
