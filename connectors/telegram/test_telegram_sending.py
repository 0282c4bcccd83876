"""What customers see of what is sent to them, and what becomes of what cannot be sent."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channel import Envelope, Failed, Sent
from bot.messages import Account
from bot.messages.inbound import Tap
from bot.messages.outbound import Card, Cards, Choice, Outbound, Picture, Place, Text
from connectors import conformance
from connectors.telegram import Telegram, api
from connectors.telegram.conftest import MakeChannel
from connectors.telegram.pace import Pace
from tests.support.telegram import TOKEN, Chat, Fault, Person, Platform, until

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
YES_NO = (Choice("はい", "yes"), Choice("いいえ", "no"))


def envelope(
    content: Outbound | str, *, to: Chat | int | str, key: str = "k1", **more: Any
) -> Envelope:
    shown = Text(content) if isinstance(content, str) else content
    user = str(to.id) if isinstance(to, Chat) else str(to)
    given = {"author": "bot", "at": NOW, **more}
    return Envelope(key=key, account=Account("telegram", user), content=shown, **given)


def texts(chat: Chat) -> list[str]:
    return [shown.content.get("text", "") for shown in chat.messages]


def buttons(chat: Chat) -> list[list[str]]:
    markup = chat.messages[-1].markup or {"inline_keyboard": []}
    return [[button["text"] for button in row] for row in markup["inline_keyboard"]]


@pytest.mark.parametrize("check", conformance.CHECKS)
async def test_it_is_a_channel(
    check: conformance.Check, channel: Telegram, platform: Platform
) -> None:
    platform.chat("conformance").started = True
    await check(channel)
    assert {call.status for call in platform.calls} <= {200}


# What is shown --------------------------------------------------------------------------------


async def test_markup_is_shown_as_it_was_written(channel: Telegram, chat: Chat) -> None:
    words = "<b>*太字*</b> _x_ [y](z) & `code`"
    await channel.send([envelope(words, to=chat)])
    assert texts(chat) == [words]


async def test_a_long_text_with_emoji_comes_in_pieces_and_whole(
    channel: Telegram, chat: Chat
) -> None:
    words = "👨‍👩‍👧" * 2000
    await channel.send([envelope(words, to=chat)])
    assert len(chat.messages) > 1
    assert "".join(texts(chat)) == words


async def test_short_choices_stand_side_by_side_long_ones_below_each_other(
    channel: Telegram, chat: Chat
) -> None:
    await channel.send([envelope(Text("お取り置きしますか。", YES_NO), to=chat)])
    assert buttons(chat) == [["はい", "いいえ"]]
    stores = tuple(Choice(f"大阪駅前第{n}ビル店で取り置く", str(n)) for n in range(3))
    await channel.send([envelope(Text("どちらの店舗にしますか。", stores), to=chat)])
    assert buttons(chat) == [[store.label] for store in stores]
    sizes = tuple(Choice(f"{n}cm", str(n)) for n in range(22, 34))
    await channel.send([envelope(Text("どのサイズでしょうか。", sizes), to=chat)])
    assert [len(row) for row in buttons(chat)] == [6, 6]


async def test_a_choice_too_long_for_a_button_is_listed_by_its_number(
    channel: Telegram, chat: Chat, platform: Platform
) -> None:
    choices = (Choice("梅田店", "あ" * 22), Choice("渋谷店", "x" * 64))
    assert await channel.send([envelope(Text("店舗は？", choices), to=chat)]) == [Sent("k1")]
    assert texts(chat) == ["店舗は？\n1. 梅田店\n2. 渋谷店"]
    assert [call.status for call in platform.calls] == [200]


async def test_a_contact_is_asked_for_in_ones_own_chat_alone(
    channel: Telegram, platform: Platform, chat: Chat
) -> None:
    choices = (
        Choice("電話番号を送る", "share", asks="contact"),
        Choice("現在地を送る", "here", asks="location"),
        Choice("やめる", "no"),
    )
    group = platform.chat(-500, "group", "家族")
    group.started = True
    for place in (chat, group):
        message = envelope(Text("どうなさいますか。", choices), to=place)
        assert await channel.send([message]) == [Sent("k1")]
    assert chat.keyboard == [
        [{"text": "電話番号を送る", "request_contact": True}],
        [{"text": "現在地を送る", "request_location": True}],
        [{"text": "やめる"}],
    ]
    assert buttons(group) == [["やめる"]]


async def test_cards_are_photos_with_their_buttons(channel: Telegram, chat: Chat) -> None:
    cards = Cards(
        (
            Card("ソラ", "¥1,980", "https://shop.example/sora.jpg", YES_NO),
            Card("ウミ", None, "/pictures/umi.svg", YES_NO),
            Card("ヤマ", "説明" * 600, "https://shop.example/yama.jpg"),
        )
    )
    await channel.send([envelope(cards, to=chat)])
    first, second, third = chat.messages
    assert first.content["photo"][0]["file_id"] == "https://shop.example/sora.jpg"
    assert first.content["caption"] == "ソラ\n¥1,980"
    assert first.markup is not None
    assert second.content["text"] == "ウミ"
    assert second.markup is not None
    assert third.content["text"].startswith("ヤマ\n説明説明")


async def test_a_store_is_shown_on_the_map(channel: Telegram, chat: Chat) -> None:
    await channel.send([envelope(Place("梅田店", "", 34.7, 135.5), to=chat)])
    venue = chat.messages[-1].content["venue"]
    assert (venue["title"], venue["address"]) == ("梅田店", "梅田店")
    assert venue["location"] == {"latitude": 34.7, "longitude": 135.5}


async def test_a_picture_telegram_cannot_use_is_said_in_words(
    channel: Telegram, chat: Chat
) -> None:
    for unusable, words in (
        (Picture("https://shop.example/x.svg", "会員証"), "会員証\nhttps://shop.example/x.svg"),
        (Picture("/shop/x.png", "会員証"), "会員証"),
        (Picture("https://shop.example/x.png", "長" * 1025), "長" * 1025),
    ):
        assert await channel.send([envelope(unusable, to=chat)]) == [Sent("k1")]
        assert texts(chat)[-1].startswith(words)


async def test_an_agent_is_named(channel: Telegram, chat: Chat) -> None:
    await channel.send([envelope("お待たせいたしました。", to=chat, author="agent", name="山田")])
    assert texts(chat) == ["山田: お待たせいたしました。"]


async def test_in_a_group_the_question_is_quoted(
    channel: Telegram, platform: Platform, mori: Person
) -> None:
    group = platform.chat(-500, "group", "家族")
    platform.add_to(group, mori)
    asked = platform.send(mori, {"text": "/store"}, group)
    reply = f"message:{asked.id}"
    await channel.send([envelope("10時からです。", to=group, reply=reply)])
    assert group.messages[-1].content["reply_to_message"]["message_id"] == asked.id
    gone = envelope("10時からです。", to=group, reply="message:987654")
    assert await channel.send([gone]) == [Sent("k1")]


# Taps and typing ------------------------------------------------------------------------------


def tap(chat: Chat, query: str) -> Tap:
    account = Account("telegram", str(chat.id))
    return Tap(id="1", account=account, at=NOW, payload="yes", reply=f"callback:{query}")


async def test_a_tap_is_acknowledged_once(
    channel: Telegram, platform: Platform, chat: Chat, mori: Person
) -> None:
    await channel.send([envelope(Text("？", YES_NO), to=chat)])
    query = platform.tap(mori, chat.messages[-1].id, "yes")
    await channel.typing(tap(chat, query))
    assert platform.callbacks[query].answered
    assert chat.typing_until == 0
    await channel.typing(tap(chat, query))
    assert chat.typing_until > 0
    await channel.send([envelope("はい。", to=chat, reply=f"callback:{query}")])
    assert [call.method for call in platform.calls].count("answerCallbackQuery") == 1


async def test_a_tap_nobody_acknowledged_is_by_the_answer(
    channel: Telegram, platform: Platform, chat: Chat, mori: Person
) -> None:
    await channel.send([envelope(Text("？", YES_NO), to=chat)])
    query = platform.tap(mori, chat.messages[-1].id, "yes")
    platform.faults.plan("answerCallbackQuery", Fault("error"))
    await channel.typing(tap(chat, query))
    batch = [envelope(w, to=chat, key=w, reply=f"callback:{query}") for w in ("a", "b")]
    assert await channel.send(batch) == [Sent("a"), Sent("b")]
    statuses = [call.status for call in platform.calls if call.method == "answerCallbackQuery"]
    assert statuses == [500, 200]


async def test_an_old_tap_is_answered_all_the_same(channel: Telegram, chat: Chat) -> None:
    await channel.typing(tap(chat, "long-ago"))
    verdict = await channel.send([envelope("はい。", to=chat, reply="callback:long-ago")])
    assert verdict == [Sent("k1")]
    assert texts(chat) == ["はい。"]


async def test_showing_that_we_type_never_fails(
    channel: Telegram, platform: Platform, chat: Chat
) -> None:
    platform.faults.mood = "down"
    await channel.typing(tap(chat, "1"))
    platform.faults.mood = "rate limited"
    await channel.typing(tap(chat, "2"))


# What can go wrong ----------------------------------------------------------------------------


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
    batch = [envelope("1", to=group, key="a"), envelope("2", to=group, key="b")]
    assert await channel.send(batch) == [Sent("a"), Sent("b")]
    assert texts(moved) == ["1", "2"]
    assert [call.status for call in platform.calls] == [400, 200, 200]


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


# How fast -------------------------------------------------------------------------------------


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
