"""A one-time code that does not come: once more, elsewhere, or after a pause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.customers.profile import Customer
from bot.dialogue.engine import hear, resume
from bot.dialogue.heard import Heard, Request, Slots, Told
from bot.dialogue.replies import Replies
from bot.dialogue.state import Act, Conversation, Line
from bot.loading import load_words
from bot.shopfront.base import Option, Refused
from bot.shopfront.membership import (
    CheckCode,
    CodeSent,
    CodeWrong,
    Contacts,
    LookUpMember,
    SendCode,
    TooSoon,
)
from bot.skills.points_balance import points_balance
from bot.skills.prove_identity import prove_identity

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SKILLS = {skill.intent: skill for skill in (points_balance, prove_identity)}
WAYS = (Option("sms", "•••-••••-1001"), Option("email", "m•••@e•••"))
WORDS = Replies(load_words(Path(__file__).parents[2] / "responses"), ZoneInfo("Asia/Tokyo"), "")


class Member:
    """Somebody who asks for points, gives a member number and takes the first contact."""

    def __init__(self, language: str = "ja", *refusals: TooSoon) -> None:
        self.language = language
        self.conversation = Conversation("c")
        self.lines: tuple[Line, ...] = ()
        self.sent_to: list[str] = []
        self.attempts: set[int] = set()
        self.refusals = list(refusals)
        self.code_checked: CodeWrong | Refused = CodeWrong(4)
        self.writes(requests=(Request("points_balance"),))
        self.writes(slots={"member_number": Told.of("10024817")})
        self.writes("1")

    def writes(
        self, text: str = "", slots: Slots | None = None, requests: Sequence[Request] = ()
    ) -> list[str]:
        heard = Heard(text, tuple(requests), slots or {})
        turn = hear(self.conversation, heard, Customer(), SKILLS, NOON)
        while turn.need is not None:
            assert isinstance(turn.need, Act)
            turn = resume(turn, self._outcome(turn.need.effect), Customer(), SKILLS)
        self.lines = turn.lines
        self.conversation = WORDS.worded(turn.conversation, self.language, NOON)
        return [line.key for line in turn.lines]

    def types(self, code: str) -> list[str]:
        return self.writes(code, {"code": Told.of(code)})

    def _outcome(self, effect: object) -> object:
        match effect:
            case LookUpMember():
                return Contacts("l", WAYS)
            case SendCode(way=way, to=to, attempt=attempt):
                assert attempt not in self.attempts
                self.attempts.add(attempt)
                self.sent_to.append(way)
                return self.refusals.pop() if self.refusals else CodeSent(f"ch{attempt}", to, 5)
            case CheckCode():
                return self.code_checked
        raise AssertionError(effect)

    @property
    def offered(self) -> list[str]:
        return [button.label for button in self.conversation.shown[: self.conversation.current]]

    @property
    def told(self) -> str:
        written = WORDS.write(self.lines, self.language, NOON)
        return "\n".join(getattr(part, "text", "") for part in written)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", "もう一度送る"),
        ("ja", "届かない"),
        ("ja", "コードが来ないんですけど"),
        ("en", "I didn’t get it"),
        ("en", "Send it again"),
    ],
)
def test_a_code_that_never_arrived_is_sent_again(language: str, words: str) -> None:
    member = Member(language)
    assert member.writes(words) == ["ask.code"]
    assert member.sent_to == ["sms", "sms"]


def test_what_sounds_like_a_request_still_means_the_code_that_is_waited_for() -> None:
    member = Member()
    assert member.writes("届かない", requests=(Request("points_balance"),)) == ["ask.code"]
    assert member.sent_to == ["sms", "sms"]


def test_the_other_contact_can_be_chosen_and_then_the_first_again() -> None:
    member = Member()
    assert member.offered == ["もう一度送る", "m•••@e•••"]
    member.writes("m•••@e•••")
    assert member.offered == ["もう一度送る", "•••-••••-1001"]
    member.writes("•••-••••-1001")
    assert member.sent_to == ["sms", "email", "sms"]
    assert "•••-••••-1001" in member.told


def test_too_soon_is_said_and_the_first_code_still_counts() -> None:
    member = Member()
    member.refusals = [TooSoon(40)]
    assert member.writes("届きません") == ["proof.too_soon", "ask.code"]
    assert "約40秒後" in member.told
    assert member.types("111111") == ["ask.code"]
    assert member.writes("もう一度送る") == ["ask.code"]
    assert member.sent_to == ["sms", "sms", "sms"]


def test_a_pause_before_the_first_code_is_said_too() -> None:
    member = Member("ja", TooSoon(240))
    assert [line.key for line in member.lines] == ["proof.too_soon", "ask.again"]
    assert "約4分後" in member.told
    assert member.types("111111") == ["ask.again"]
    assert "約4分後" not in member.told
    assert member.writes("もう一度送る") == ["ask.code"]


def test_codes_may_expire_twice() -> None:
    member = Member()
    member.code_checked = Refused("code-expired")
    for _ in range(2):
        assert member.types("111111") == ["ask.again"]
        assert member.told.count("有効期限が切れました") == 1
        assert member.writes("もう一度送る") == ["ask.code"]
    member.types("111111")
    assert member.writes("今はやめておく") == ["proof.left"]
