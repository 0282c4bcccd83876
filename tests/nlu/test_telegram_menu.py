"""What Telegram's menu stands for is understood as what the menu says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.dialogue.heard import Heard
from bot.ports import Lexicon
from connectors.telegram.words import COMMANDS

INTENTS = {
    "stock": "check_stock",
    "order": "order_status",
    "pickup": "pickup_status",
    "points": "points_balance",
    "store": "store_info",
    "human": "talk_to_person",
    "help": "help",
}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("command", INTENTS)
def test_a_command_is_the_request_it_stands_for(
    command: str, language: str, hear: Callable[..., Heard]
) -> None:
    heard = hear(COMMANDS[language][command].says, Lexicon())
    assert [request.intent for request in heard.requests] == [INTENTS[command]]
    assert heard.language == language


@pytest.mark.parametrize(("language", "other"), [("ja", "en"), ("en", "ja")])
def test_the_last_answer_is_given_in_the_other_language(
    language: str, other: str, hear: Callable[..., Heard]
) -> None:
    heard = hear(COMMANDS[language]["language"].says, Lexicon())
    assert heard.language == other
    assert [request.intent for request in heard.requests] == ["repeat"]
