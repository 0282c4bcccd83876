"""How messages look on LINE, within every limit; the SDK's models and LINE's rules agree."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import Envelope
from bot.messages import Account
from bot.messages.outbound import Card, Cards, Choice, Outbound, Picture, Place, Text
from connectors import conformance
from connectors.line import limits
from connectors.line.bubbles import Bubble, bubbles_of, calls, merged
from connectors.line.objects import objects, plain
from simulators.line import rules

NOW = datetime(2026, 11, 22, tzinfo=UTC)
YES_NO = (Choice("はい", "t1"), Choice("いいえ", "t2"))
AWKWARD: tuple[Outbound, ...] = (
    *conformance.OUTBOUND,
    Text(""),
    Text(" \n\u3000", YES_NO),
    Text("👨\u200d👩\u200d👧" * 3000),
    Text("選んでください", tuple(Choice("長い選択肢の名前" * 9, str(n)) for n in range(20))),
    Text("選んでください", (Choice("", ""), Choice("😀" * 30, "x" * 301))),
    Cards((Card("", "", "http://shop.example/a.jpg"), Card("靴", None, "https://[", YES_NO))),
    Cards(tuple(Card("題" * 900, "文" * 900, None, YES_NO * 6) for _ in range(12))),
    Cards((Card("靴", "¥1,980", "https://shop.example/靴.jpg"),)),
    Picture("http://shop.example/a.png", "靴"),
    Picture("https://shop.example/a.svg", ""),
    Picture("data:image/png;base64,AAAA", "靴"),
    Place("", "", 35.0, 139.0),
    Place("店" * 101, "", 35.0, 139.0),
    Place("店", "大阪" * 80, -90.0, 180.0),
)


def envelope(content: Outbound, key: str = "k", **more: Any) -> Envelope:
    return Envelope(key, Account("line", "U1"), more.pop("author", "bot"), content, NOW, **more)


def shown(*contents: Outbound, **more: Any) -> list[dict[str, Any]]:
    """One call's message objects."""
    bubbles = [b for n, c in enumerate(contents) for b in bubbles_of(envelope(c, str(n), **more))]
    return objects(bubbles)


def checked(messages: Sequence[dict[str, Any]]) -> None:
    """LINE would take these."""
    assert rules.faults(messages) == []
    assert limits.faults(messages) == []


def known(messages: Sequence[dict[str, Any]]) -> None:
    """The SDK knows these, and nothing gets lost in its models."""
    sdk = importlib.import_module("linebot.v3.messaging")
    request = sdk.ReplyMessageRequest.from_dict({"replyToken": "t", "messages": messages})
    assert _told(request.to_dict()["messages"]) == _told(messages)


def _told(value: Any) -> Any:
    """Without what the SDK adds by itself."""
    match value:
        case dict():
            return {k: _told(v) for k, v in value.items() if v is not None}
        case list():
            return [_told(v) for v in value]
    return value


@pytest.mark.parametrize("content", AWKWARD, ids=lambda c: type(c).__name__)
@pytest.mark.parametrize("author", ["bot", "agent"])
def test_every_message_is_one_line_takes(content: Outbound, author: str) -> None:
    for name in (None, "LINE 佐藤", "あ" * 25, "佐藤"):
        bubbles = bubbles_of(envelope(content, author=author, name=name))
        for call in calls(bubbles, 1):
            checked(objects(call))
            checked([plain(bubble) for bubble in call])
    for call in calls(bubbles, 1):
        known(objects(call))


PIECES = st.one_of(
    st.builds(Text, st.text(max_size=40), st.just(()) | st.just(YES_NO)),
    st.builds(Picture, st.just("https://shop.example/a.png"), st.text(max_size=9)),
    st.builds(Place, st.text(max_size=120), st.text(max_size=120), st.just(35.0), st.just(139.0)),
)


@settings(deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=12), st.integers(0, 2))
def test_any_answer_becomes_calls_of_five_and_loses_nothing(
    contents: list[Outbound], replies: int
) -> None:
    bubbles = [b for n, c in enumerate(contents) for b in bubbles_of(envelope(c, str(n)))]
    cut = calls(bubbles, replies)
    assert [p for call in cut for b in call for p in b.pieces] == [
        p for b in bubbles for p in b.pieces
    ]
    for call in cut:
        messages = objects(call)
        assert rules.faults(messages) == []
        assert all("quickReply" not in message for message in messages[:-1])
        again = [b for b in bubbles if set(b.pieces) & {p for c in call for p in c.pieces}]
        assert merged(again) == call, "a repeated call has the same body"


# What customers see --------------------------------------------------------------------------


def test_choices_of_the_last_message_are_quick_replies_and_of_others_buttons() -> None:
    first, last = shown(Text("サイズは？", YES_NO), Text("お店は？", YES_NO))
    assert first["type"] == "flex"
    buttons = first["contents"]["footer"]["contents"]
    assert [button["action"]["label"] for button in buttons] == ["はい", "いいえ"]
    assert "quickReply" not in first
    items = last["quickReply"]["items"]
    assert items[0] == {
        "type": "action",
        "action": {"type": "postback", "label": "はい", "data": "t1", "displayText": "はい"},
    }


def test_a_tap_that_is_too_long_for_line_is_said_in_words() -> None:
    [message] = shown(Text("選んで", (Choice("ソラ", "x" * 301),)))
    [item] = message["quickReply"]["items"]
    assert item["action"] == {"type": "message", "label": "ソラ", "text": "ソラ"}


def test_more_choices_than_line_shows_are_listed() -> None:
    choices = tuple(Choice(f"{n}cm", str(n)) for n in range(15))
    [message] = shown(Text("サイズは？", choices))
    assert len(message["quickReply"]["items"]) == 13
    assert message["text"].endswith("14. 13cm\n15. 14cm")


def test_cards_are_a_carousel_with_pictures_facts_and_buttons() -> None:
    card = Card("ソラ", "12,900円", "https://shop.example/sora.jpg", (Choice("選ぶ", "t1"),))
    [message] = shown(Cards((card, card)))
    bubble = message["contents"]["contents"][0]
    assert bubble["hero"]["url"] == card.image_url
    assert [part["text"] for part in bubble["body"]["contents"]] == ["ソラ", "12,900円"]
    assert bubble["footer"]["contents"][0]["action"]["data"] == "t1"
    assert message["altText"].startswith("ソラ 12,900円")
    [one] = shown(Cards((card,)))
    assert one["contents"]["type"] == "bubble"


@pytest.mark.parametrize("url", ["https://shop.example/a.svg", "/a.png", "x", "https://["])
def test_a_picture_nobody_can_show_is_left_out(url: str) -> None:
    [message] = shown(Cards((Card("ソラ", "12,900円", url),)))
    assert "hero" not in message["contents"]
    assert bubbles_of(envelope(Picture(url, "ソラ"))) == ()


def test_a_picture_only_a_browser_would_show_is_told() -> None:
    url = "http://shop.example/a.jpg"
    [message] = shown(Cards((Card("ソラ", "12,900円", url),)))
    assert "hero" not in message["contents"]
    [picture] = shown(Picture(url, "ソラ"))
    assert picture == {"type": "text", "text": f"ソラ\n{url}"}


def test_pictures_without_a_host_are_on_ours() -> None:
    ours, url = "https://bot.shop.example/", "/pictures/a.png"
    [bubble] = bubbles_of(envelope(Picture(url, "ソラ")), ours)
    [picture] = objects([bubble])
    assert picture["originalContentUrl"] == "https://bot.shop.example/pictures/a.png"
    [bubble] = bubbles_of(envelope(Cards((Card("ソラ", None, url),))), ours)
    [cards] = objects([bubble])
    assert cards["contents"]["hero"]["url"] == "https://bot.shop.example/pictures/a.png"


def test_a_place_is_a_map() -> None:
    [message] = shown(Place("梅田店", "大阪市北区梅田1-1", 34.7, 135.5))
    assert message == {
        "type": "location",
        "title": "梅田店",
        "address": "大阪市北区梅田1-1",
        "latitude": 34.7,
        "longitude": 135.5,
    }


@pytest.mark.parametrize(
    ("picture", "shown"),
    [
        ("https://shop.example/sato.png", "https://shop.example/sato.png"),
        ("/faces/sato.png", "https://desk.example/faces/sato.png"),
        ("http://shop.example/sato.png", None),
        (None, None),
    ],
)
def test_an_agent_has_their_own_name_and_face(picture: str | None, shown: str | None) -> None:
    written = envelope(Text("はい"), author="agent", name="佐藤", picture=picture)
    (message,) = objects(bubbles_of(written, "https://desk.example"))
    assert message["sender"].get("iconUrl") == shown
    assert message["sender"]["name"] == "佐藤"


@pytest.mark.parametrize(
    ("name", "face"), [("\u200b", "/faces/sato.png"), ("佐藤", "/faces/佐 藤.png"), ("佐藤", "/%")]
)
def test_a_name_or_face_that_is_none_costs_nobody_their_choices(name: str, face: str) -> None:
    written = envelope(Text("どちらに？", YES_NO), author="agent", name=name, picture=face)
    (message,) = objects(bubbles_of(written, "https://desk.example"))
    checked([message])
    assert len(message["quickReply"]["items"]) == 2
    assert "iconUrl" not in message.get("sender", {})


def test_texts_of_two_people_are_not_merged() -> None:
    texts = [Bubble((f"{n}/0",), Text(str(n)), "佐藤" if n == 0 else None) for n in range(6)]
    assert [bubble.content for bubble in merged(texts)][:2] == [Text("0"), Text("1\n\n2")]


def test_a_question_is_not_merged_with_what_follows_it() -> None:
    texts = [Bubble((f"{n}/0",), Text(str(n), YES_NO)) for n in range(6)]
    assert merged(texts) == tuple(texts)
    assert len(calls(texts, 1)) == 2


# The table of limits finds what LINE would ------------------------------------------------------


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _quick(**action: Any) -> dict[str, Any]:
    whole = {"type": "postback", "label": "x", "data": "x", "displayText": "x", **action}
    return _text("x") | {"quickReply": {"items": [{"type": "action", "action": whole}]}}


def _card(**part: Any) -> dict[str, Any]:
    body = {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "x"}]}
    bubble = {"type": "bubble", "body": body, **part}
    return {"type": "flex", "altText": "x", "contents": bubble}


def _image(url: str) -> dict[str, Any]:
    return {"type": "image", "originalContentUrl": url, "previewImageUrl": url}


def _place(title: str) -> dict[str, Any]:
    return {
        "type": "location",
        "title": title,
        "address": "x",
        "latitude": 1.0,
        "longitude": 1.0,
    }


def _carousel(bubbles: int, text: str = "x") -> dict[str, Any]:
    card = _card()["contents"]
    card["body"]["contents"][0]["text"] = text
    return {
        "type": "flex",
        "altText": "x",
        "contents": {"type": "carousel", "contents": [card] * bubbles},
    }


@pytest.mark.parametrize(
    ("most", "too_much"),
    [
        ([_text("x" * 5000)], [_text("x" * 5001)]),
        ([_text("😀" * 2500)], [_text("😀" * 2501)]),
        ([_text("x")], [_text("")]),
        ([_text("x")] * 5, [_text("x")] * 6),
        ([_text("x")], []),
        ([_quick(label="x" * 20)], [_quick(label="x" * 21)]),
        ([_quick(data="x" * 300)], [_quick(data="x" * 301)]),
        ([_quick(displayText="x" * 300)], [_quick(displayText="x" * 301)]),
        (
            [_text("x") | {"sender": {"name": "x" * 20}}],
            [_text("x") | {"sender": {"name": "x" * 21}}],
        ),
        ([_card() | {"altText": "x" * 1500}], [_card() | {"altText": "x" * 1501}]),
        ([_carousel(12)], [_carousel(13)]),
        ([_carousel(1, "x" * 20_000)], [_carousel(1, "x" * 31_000)]),
        ([_carousel(2, "x" * 20_000)], [_carousel(2, "x" * 26_000)]),
        ([_image("https://shop.example/a.png")], [_image("http://shop.example/a.png")]),
        ([_image("https://x.example/" + "a" * 1982)], [_image("https://x.example/" + "a" * 1983)]),
        ([_place("x" * 100)], [_place("x" * 101)]),
    ],
)
def test_a_limit_is_known_to_us_and_to_the_platform(
    most: list[dict[str, Any]], too_much: list[dict[str, Any]]
) -> None:
    assert limits.faults(most) == []
    assert rules.faults(most) == []
    assert limits.faults(too_much) != []
    assert rules.faults(too_much) != []


# What LINE itself asks for --------------------------------------------------------------------


def test_a_place_is_asked_for_by_a_quick_reply_and_nowhere_else() -> None:
    asked = Text("どちらでしょうか。", (Choice("現在地を送る", "t1", "location"), YES_NO[0]))
    [message] = shown(asked)
    actions = [item["action"] for item in message["quickReply"]["items"]]
    assert actions[0] == {"type": "location", "label": "現在地を送る"}
    assert actions[1]["type"] == "postback"
    checked([message])
    known([message])
    above, _ = shown(asked, Text("お待ちしています。"))
    checked([above])
    assert "location" not in json.dumps(above)


def test_a_time_is_picked_within_what_is_possible() -> None:
    tokyo = timezone(timedelta(hours=9))
    within = (datetime(2026, 11, 24, 10, tzinfo=tokyo), datetime(2026, 12, 12, 18, tzinfo=tokyo))
    asked = Text("いつがよろしいですか。", (Choice("日時を選ぶ", "t1", "moment", within),))
    for message in (shown(asked)[0], shown(asked, Text("お待ちしています。"))[0]):
        checked([message])
        known([message])
        assert '"max": "2026-12-12T18:00"' in json.dumps(message)
        assert '"min": "2026-11-24T10:00"' in json.dumps(message)
    later = (within[1], within[0])
    [nothing] = shown(Text("いつ？", (Choice("日時を選ぶ", "t1", "moment", later),)))
    assert nothing["type"] == "text"
