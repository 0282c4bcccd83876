"""What customers see of what is sent to them, and what becomes of what cannot be sent."""

from __future__ import annotations

import pytest

from bot.channel import Sent
from bot.messages import Account
from bot.messages.inbound import Tap
from bot.messages.outbound import Card, Cards, Choice, Picture, Place, Text
from connectors import conformance
from connectors.telegram import Telegram
from connectors.telegram.conftest import NOW, envelope, texts
from tests.support.telegram import Chat, Fault, Person, Platform

YES_NO = (Choice("はい", "yes"), Choice("いいえ", "no"))


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


async def test_a_place_that_is_nowhere_is_told_in_words(
    channel: Telegram, chat: Chat, platform: Platform
) -> None:
    for place in (Place("梅田店", "大阪", 0.0, 135.5), Place("\u200b", "大阪", 34.7, 135.5)):
        assert await channel.send([envelope(place, to=chat)]) == [Sent("k1")]
        assert "大阪" in texts(chat)[-1]
    assert [call.status for call in platform.calls] == [200, 200]


async def test_the_cards_of_a_group_ask_nobody_for_their_number(
    channel: Telegram, platform: Platform
) -> None:
    group = platform.chat(-500, "group", "家族")
    group.started = True
    asking = Card("ソラ", None, None, (Choice("電話番号を送る", "share", asks="contact"), *YES_NO))
    assert await channel.send([envelope(Cards((asking,)), to=group)]) == [Sent("k1")]
    assert buttons(group) == [["はい", "いいえ"]]
    assert [call.status for call in platform.calls] == [200]


async def test_a_picture_telegram_cannot_use_is_said_in_words(
    channel: Telegram, chat: Chat
) -> None:
    for unusable, words in (
        (Picture("https://shop.example/x.svg", "会員証"), "会員証\nhttps://shop.example/x.svg"),
        (Picture("https://shop.example/x.png", "長" * 1025), "長" * 1025),
    ):
        assert await channel.send([envelope(unusable, to=chat)]) == [Sent("k1")]
        assert texts(chat)[-1].startswith(words)


async def test_a_picture_of_our_own_pages_is_left_out(channel: Telegram, chat: Chat) -> None:
    assert await channel.send([envelope(Picture("/shop/x.svg", "靴"), to=chat)]) == [Sent("k1")]
    assert texts(chat) == []


async def test_an_agent_is_named(channel: Telegram, chat: Chat) -> None:
    await channel.send([envelope("お待たせいたしました。", to=chat, author="agent", name="山田")])
    assert texts(chat) == ["山田: お待たせいたしました。"]


async def test_in_a_group_the_question_is_quoted(
    channel: Telegram, platform: Platform, mori: Person
) -> None:
    group = platform.chat(-500, "group", "家族")
    platform.add_to(group, mori)
    asked = platform.send(mori, {"text": "/store"}, group)
    reply = f"message:{group.id}:{asked.id}"
    await channel.send([envelope("10時からです。", to=group, reply=reply)])
    assert group.messages[-1].content["reply_to_message"]["message_id"] == asked.id
    gone = envelope("10時からです。", to=group, reply=f"message:{group.id}:987654")
    assert await channel.send([gone]) == [Sent("k1")]
    elsewhere = envelope("10時からです。", to=group, reply=f"message:-501:{asked.id}")
    assert await channel.send([elsewhere]) == [Sent("k1")]
    assert "reply_to_message" not in group.messages[-1].content


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
