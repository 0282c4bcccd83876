"""The operator's settings: on with a token, off without, and nothing loaded before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bot.channel import Supplies
from bot.config import ROOT, load
from bot.errors import Misconfigured
from bot.messages import inbound
from connectors.telegram import Telegram, connect

TOKEN = "MADOGUCHI_TELEGRAM_TOKEN"
HEADER = "x-telegram-bot-api-secret-token"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def connected(**environ: str) -> Telegram | None:
    settings = load({"MADOGUCHI_SECRET_KEY": "k", **environ}, ROOT / "config.yml")
    return connect(Supplies(settings, None, lambda: NOW))


def test_without_a_token_it_is_off() -> None:
    assert connected() is None
    assert connected(MADOGUCHI_TELEGRAM_SECRET="abc") is None


def test_the_secret_given_is_the_one_that_counts() -> None:
    channel = connected(**{TOKEN: "42:abc", "MADOGUCHI_TELEGRAM_SECRET": "s3cret_-"})
    assert channel is not None
    assert channel.verify({HEADER: "s3cret_-"}, b"{}")
    assert not channel.verify({HEADER: "other"}, b"{}")


def test_without_one_nobody_gets_in_who_does_not_know_ours() -> None:
    channel = connected(**{TOKEN: "42:abc"})
    assert channel is not None
    for guess in ("", "None", "42:abc", "k"):
        assert not channel.verify({HEADER: guess}, b"{}")
    assert not channel.verify({}, b"{}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN", "42:abc/../getMe"),
        ("TOKEN", "42:abc def"),
        ("SECRET", "with blank"),
        ("SECRET", "x" * 257),
        ("MODE", "both"),
        ("API_BASE", "api.telegram.org"),
        ("API_BASE", "https://api.telegram.org/bot"),
    ],
)
def test_a_wrong_setting_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(Misconfigured) as fault:
        load({f"MADOGUCHI_TELEGRAM_{name}": value})
    assert f"MADOGUCHI_TELEGRAM_{name}" in str(fault.value)
    assert name == "MODE" or value not in str(fault.value)


def test_reading_needs_no_library() -> None:
    """The SDK takes 0.4 s and 34 MB: who only takes webhooks in does without."""
    script = (
        "import sys; from connectors.telegram.test_telegram_switching_on import connected, TOKEN;"
        "connected(**{TOKEN: '42:abc'}).read(b'{\"update_id\": 1}');"
        "assert 'telegram' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def said(text: str, **more: object) -> list[inbound.Inbound]:
    """What a message in a group says, before the platform has told our name."""
    channel = connected(**{TOKEN: "42:abc"})
    assert channel is not None
    message = {
        "message_id": 3,
        "date": 1793000000,
        "chat": {"id": -5, "type": "group"},
        "from": {"id": 7, "is_bot": False},
        "text": text,
        **more,
    }
    return list(channel.read(json.dumps({"update_id": 1, "message": message}).encode()))


def test_in_a_group_any_bots_name_is_ours_until_we_know_better() -> None:
    [message] = said("@some_shop_bot 梅田店は？")
    assert isinstance(message, inbound.Text)
    assert message.text == "梅田店は？"
    assert len(said("/stock@some_shop_bot")) == 1
    assert said("@taro どう思う？") == []
    assert said("bot って何？") == []


def test_a_mention_by_id_and_an_answer_to_us_need_no_name() -> None:
    assert len(said("窓口さん", entities=[{"type": "text_mention", "user": {"id": 42}}])) == 1
    assert len(said("26cm", reply_to_message={"from": {"id": 42}})) == 1
    assert said("26cm", reply_to_message={"from": {"id": 43}}) == []


def test_our_name_alone_is_still_a_message() -> None:
    [message] = said("@some_shop_bot")
    assert isinstance(message, inbound.Text)
    assert message.text
