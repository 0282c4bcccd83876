"""What becomes of messages when Telegram is in trouble, refuses them, or wants them slower."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channel import Failed, Sent
from bot.messages import Account
from bot.messages.outbound import Choice, Text
from connectors.telegram import Telegram, api
from connectors.telegram.conftest import MakeChannel, envelope, texts
from connectors.telegram.pace import Pace
from tests.support.telegram import TOKEN, Chat, Fault, Person, Platform, until

YES_NO = (Choice("はい", "yes"), Choice("いいえ", "no"))


async def test_a_flood_wait_is_for_that_chat_alone(
    channel: Telegram, platform: Platform, chat: Chat
) -> None:
    other = platform.chat(1002)
    other.started = True
    platform.faults.plan("sendMessage", Fault("rate limited", 17))
    batch = [envelope("1", to=chat, key="a"), envelope("2", to=chat, key="b")]
    first, behind = await channel.send(batch)
    assert first == Failed("a", "too many requests", retry_after=17.0)
    assert behind == Failed("b", "too many requests", retry_after=17.0)
    assert await channel.send([envelope("3", to=other)]) == [Sent("k1")]
    assert texts(chat) == []


@pytest.mark.parametrize(
    "fault", [Fault("rate limited", None), Fault("error")], ids=["429 that says no time", "500"]
)
async def test_what_may_work_later_is_tried_again(
    fault: Fault, channel: Telegram, platform: Platform, chat: Chat
) -> None:
    platform.faults.plan("sendMessage", fault)
    [verdict] = await channel.send([envelope("1", to=chat)])
    assert isinstance(verdict, Failed)
    assert not verdict.permanent
    assert not verdict.blocked
    assert await channel.send([envelope("1", to=chat)]) == [Sent("k1")]


@pytest.mark.parametrize(("fault", "shown"), [("lost before", 0), ("lost after", 1)])
async def test_a_call_that_is_not_answered_is_tried_again(
    fault: Any,
    shown: int,
    make: MakeChannel,
    platform: Platform,
    chat: Chat,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api, "ANSWER_SECONDS", 0.3)
    channel = make()
    platform.faults.plan("sendMessage", Fault(fault))
    [verdict] = await channel.send([envelope("1", to=chat)])
    assert verdict == Failed("k1", "TimedOut")
    await until(lambda: platform.calls)
    assert len(chat.messages) == shown


async def test_what_has_arrived_of_a_message_is_not_sent_again(
    channel: Telegram, platform: Platform, chat: Chat
) -> None:
    words = envelope("あ" * 9000, to=chat)
    platform.faults.plan("sendMessage", None, Fault("error"))
    [refused] = await channel.send([words])
    assert isinstance(refused, Failed)
    assert len(chat.messages) == 1
    assert await channel.send([words]) == [Sent("k1")]
    assert len(chat.messages) == 3
    assert "".join(texts(chat)) == "あ" * 9000


async def test_what_arrived_before_we_were_stopped_is_not_sent_again(
    channel: Telegram, platform: Platform, chat: Chat
) -> None:
    batch = [envelope(words, to=chat, key=words) for words in ("1", "2", "3")]
    platform.faults.plan("sendMessage", None, Fault("lost before"))
    sending = asyncio.create_task(channel.send(batch))
    await until(lambda: texts(chat) == ["1"] and platform.faults.planned("sendMessage") == 0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert await channel.send(batch) == [Sent("1"), Sent("2"), Sent("3")]
    assert texts(chat) == ["1", "2", "3"]


async def test_a_slow_platform_gets_no_more_than_it_answers_in_time(
    channel: Telegram, platform: Platform, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.telegram.sending.BUDGET_SECONDS", 0.2)
    monkeypatch.setattr("simulators.telegram.faults.SLOW_SECONDS", 0.3)
    platform.faults.mood = "slow"
    batch = [envelope(words, to=chat, key=words) for words in ("1", "2", "3")]
    first, *behind = await channel.send(batch)
    assert first == Sent("1")
    assert behind == [Failed(key, "Telegram is slow") for key in ("2", "3")]


async def test_who_blocked_us_gets_nothing_more(
    channel: Telegram, platform: Platform, chat: Chat, mori: Person
) -> None:
    platform.block(mori)
    batch = [envelope("1", to=chat, key="a"), envelope("2", to=chat, key="b")]
    verdicts = await channel.send(batch)
    assert [(v.key, isinstance(v, Failed) and v.blocked) for v in verdicts] == [
        ("a", True),
        ("b", True),
    ]
    assert len(platform.calls) == 1


@pytest.mark.parametrize(
    "barred", ["user is deactivated", "bot was kicked from the supergroup chat"]
)
async def test_who_cannot_be_reached_any_more_is_marked(
    barred: str, channel: Telegram, chat: Chat
) -> None:
    chat.barred = barred
    [verdict] = await channel.send([envelope("1", to=chat)])
    assert isinstance(verdict, Failed)
    assert verdict.blocked
    assert barred in verdict.reason


async def test_a_chat_that_never_was_is_not_tried_again(
    channel: Telegram, platform: Platform
) -> None:
    [verdict] = await channel.send([envelope(Text("1", YES_NO), to=31337)])
    assert isinstance(verdict, Failed)
    assert verdict.permanent
    assert "hat not found" in verdict.reason
    assert len(platform.calls) == 1


async def test_a_group_that_moved_is_followed(
    channel: Telegram, platform: Platform, mori: Person
) -> None:
    group = platform.chat(-500, "group", "家族")
    platform.add_to(group, mori)
    moved = platform.migrate(group, -1001234567890)
    quoted = f"message:{group.id}:7"
    batch = [
        envelope("1", to=group, key="a", reply=quoted),
        envelope("2", to=group, key="b", reply=quoted),
    ]
    verdicts = await channel.send(batch)
    assert verdicts == [Sent("a"), Sent("b")]
    assert texts(moved) == ["1", "2"]
    assert [call.status for call in platform.calls] == [400, 200, 200]
    now = Account("telegram", str(moved.id))
    assert [isinstance(v, Sent) and v.migrated for v in verdicts] == [now, now]
    assert all("reply_parameters" not in call.parameters for call in platform.calls[1:])


async def test_a_message_that_is_refused_comes_in_words_once(
    channel: Telegram, platform: Platform, chat: Chat
) -> None:
    fault = Fault("invalid", words="BUTTON_DATA_INVALID")
    platform.faults.plan("sendMessage", fault)
    assert await channel.send([envelope(Text("？", YES_NO), to=chat)]) == [Sent("k1")]
    assert texts(chat) == ["？\n1. はい\n2. いいえ"]
    platform.faults.plan("sendMessage", fault, fault)
    refused, fine = await channel.send(
        [envelope("1", to=chat, key="a"), envelope("2", to=chat, key="b")]
    )
    assert refused == Failed("a", "Button_data_invalid", permanent=True)
    assert fine == Sent("b")


async def test_a_wrong_token_is_told_and_nowhere_to_be_read(
    make: MakeChannel, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    channel = make(token="4242:another-token")
    with capture_logs() as lines, caplog.at_level(logging.WARNING):
        [verdict] = await channel.send([envelope("1", to=chat)])
    assert isinstance(verdict, Failed)
    assert not verdict.permanent
    assert any(line["event"] == "telegram.token_refused" for line in lines)
    assert "another-token" not in f"{verdict}{lines}{caplog.text}"
    assert TOKEN not in f"{verdict}{lines}{caplog.text}"


async def test_one_chat_gets_short_bursts_and_waits_alone(
    make: MakeChannel, platform: Platform, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.telegram.channel.Pace", lambda: Pace(lambda: 100.0))
    channel = make(paced=True)
    other = platform.chat(1002)
    other.started = True
    batch = [envelope(str(n), to=chat, key=str(n)) for n in range(8)]
    verdicts = await channel.send(batch)
    sent = [verdict for verdict in verdicts if isinstance(verdict, Sent)]
    waits = [v.retry_after for v in verdicts if isinstance(v, Failed) and not v.permanent]
    assert len(sent) == len(chat.messages) == 6
    assert len(waits) == 2
    assert all(wait is not None and 0 < wait <= 1 for wait in waits)
    assert await channel.send([envelope("x", to=other)]) == [Sent("k1")]
