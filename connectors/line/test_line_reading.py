"""What LINE posts, and what the counter hears of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import importlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channel import Supplies
from bot.config import BotConfig, Environment, Settings
from bot.errors import BadPayload
from bot.messages import Account, inbound
from bot.messages.inbound import Inbound
from connectors import conformance
from connectors.conformance import Recording, Webhook
from connectors.line import connect
from connectors.line.api import Api
from connectors.line.channel import Line
from connectors.line.handles import Handle

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
NOW = datetime(2026, 11, 22, 1, 0, 2, tzinfo=UTC)
FOLDER = Path(__file__).with_name("recordings")
SAYS: dict[str, tuple[tuple[type[Any], dict[str, Any]], ...]] = {
    "text": ((inbound.Text, {"text": "ソラの26.5cm、渋谷店にありますか(moon)"}),),
    "text_quoting": ((inbound.Text, {"text": "これの27cmは？"}),),
    "image": ((inbound.Media, {"media": "image", "ref": "588800000000000003"}),),
    "video": ((inbound.Media, {"media": "video", "ref": "588800000000000004"}),),
    "audio": ((inbound.Media, {"media": "audio", "ref": "588800000000000005"}),),
    "file": (
        (inbound.Media, {"media": "file", "ref": "588800000000000006", "name": "領収書.pdf"}),
    ),
    "location": ((inbound.Location, {"lat": 35.658034, "lng": 139.701636, "label": "渋谷駅"}),),
    "sticker": ((inbound.Sticker, {"keywords": ("Thank you", "bow")}),),
    "sticker_with_words": ((inbound.Sticker, {"keywords": ("よろしくね", "hello")}),),
    "follow": ((inbound.Joined, {}),),
    "unfollow": ((inbound.Left, {}),),
    "join": ((inbound.Joined, {}),),
    "leave": ((inbound.Left, {}),),
    "member_joined": ((inbound.Unknown, {"kind": "memberJoined"}),),
    "member_left": ((inbound.Unknown, {"kind": "memberLeft"}),),
    "postback": ((inbound.Tap, {"payload": "c7f0a1"}),),
    "date_picked": ((inbound.Text, {"text": "2026-11-25"}),),
    "time_picked": ((inbound.Text, {"text": "14:30"}),),
    "moment_picked": ((inbound.Text, {"text": "2026-11-25 14:30"}),),
    "rich_menu_switched": ((inbound.Unknown, {"kind": "postback"}),),
    "account_link": ((inbound.AccountLinked, {"nonce": "dGhpcyBpcyBhIG5vbmNl", "ok": True}),),
    "account_link_failed": (
        (inbound.AccountLinked, {"nonce": "dGhpcyBpcyBhIG5vbmNl", "ok": False}),
    ),
    "account_link_of_nobody": (),
    "unsend": ((inbound.Unsent, {"message_id": "325708326"}),),
    "video_watched": ((inbound.Unknown, {"kind": "videoPlayComplete"}),),
    "beacon": ((inbound.Unknown, {"kind": "beacon"}),),
    "membership": ((inbound.Unknown, {"kind": "membership"}),),
    "module": (),
    "activated": ((inbound.Unknown, {"kind": "activated"}),),
    "deactivated": ((inbound.Unknown, {"kind": "deactivated"}),),
    "bot_suspended": (),
    "bot_resumed": (),
    "delivery": ((inbound.Unknown, {"kind": "delivery"}),),
    "kind_of_tomorrow": ((inbound.Unknown, {"kind": "teleport"}),),
    "message_of_tomorrow": ((inbound.Unknown, {"kind": "message"}),),
    "group_mention": ((inbound.Text, {"text": "🎁  在庫ありますか"}),),
    "group_others": (),
    "group_edited": ((inbound.Text, {"text": "27cmの在庫は"}),),
    "room_mention": ((inbound.Text, {"text": "営業時間は？"}),),
    "redelivered": ((inbound.Text, {"text": "まだですか"}),),
    "standby": (),
    "several": (
        (inbound.Text, {"text": "すみません"}),
        (inbound.Joined, {}),
        (inbound.Text, {"text": "昨日の"}),
    ),
    "verify_button": (),
}


def sign(body: bytes) -> Mapping[str, str]:
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    return {"X-Line-Signature": base64.b64encode(digest).decode()}


@pytest.fixture
def line(database: Any) -> Line:
    return Line(Api("token"), secret=SECRET, database=database, now=lambda: NOW, name="そよぎ")


def recording(name: str) -> Recording:
    body = (FOLDER / f"{name}.json").read_bytes()
    events = json.loads(body)["events"]
    says = tuple(
        message(event, kind, fields)
        for event, (kind, fields) in zip(events, SAYS[name], strict=False)
    )
    return Recording(body, says)


def message(event: dict[str, Any], kind: type[Any], fields: dict[str, Any]) -> Inbound:
    source = event["source"]
    user = source.get("groupId") or source.get("roomId") or source["userId"]
    read_token = event.get("message", {}).get("markAsReadToken")
    token = event.get("replyToken")
    handle = Handle(token, NOW + timedelta(seconds=50), read_token)
    made: Inbound = kind(
        id=event["webhookEventId"],
        account=Account("line", user),
        at=datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
        reply=handle.dump() if token or read_token else None,
        shared=source["type"] != "user",
        platform_id=event.get("message", {}).get("id"),
        **fields,
    )
    return made


@pytest.fixture
def webhook(line: Line) -> Webhook:
    return Webhook(line, sign, [recording(name) for name in SAYS])


@pytest.mark.parametrize("check", conformance.WEBHOOK_CHECKS)
def test_it_has_a_webhook(check: conformance.WebhookCheck, webhook: Webhook) -> None:
    check(webhook)


def test_every_recording_is_read() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == SAYS.keys()


def test_the_recordings_are_webhook_calls_as_the_sdk_knows_them() -> None:
    parser = importlib.import_module("linebot.v3").WebhookParser(SECRET)
    unknown = set()
    for file in FOLDER.glob("*.json"):
        body = file.read_text("utf-8")
        events = parser.parse(body, sign(body.encode())["X-Line-Signature"])
        unknown |= {file.stem for event in events if type(event).__name__ == "UnknownEvent"}
    assert unknown == {"kind_of_tomorrow", "message_of_tomorrow"}


def test_lines_own_example_of_a_signature_is_genuine(line: Line) -> None:
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    headers = {"x-line-signature": "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="}
    assert line.verify(headers, body)
    assert not line.verify(headers, body + b" ")
    assert list(line.read(body)) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"events": {}}', b"\xff"])
def test_what_is_no_webhook_call_is_refused(line: Line, body: bytes) -> None:
    with pytest.raises(BadPayload):
        line.read(body)


def test_a_fault_in_one_event_does_not_lose_the_others(line: Line) -> None:
    call = json.loads((FOLDER / "several.json").read_bytes())
    call["events"][0] = {"type": 5}
    call["events"].insert(1, None)
    assert len(line.read(json.dumps(call).encode())) == 2


def test_a_message_keeps_its_words_where_fields_are_missing(line: Line) -> None:
    call = json.loads((FOLDER / "text.json").read_bytes())
    [event] = call["events"]
    for field in ("quoteToken", "markAsReadToken", "emojis"):
        del event["message"][field]
    del event["replyToken"], event["deliveryContext"], event["mode"]
    [said] = line.read(json.dumps(call).encode())
    assert isinstance(said, inbound.Text)
    assert said.reply is None


# Groups --------------------------------------------------------------------------------------


def in_group(text: str, **more: Any) -> bytes:
    call = json.loads((FOLDER / "group_mention.json").read_bytes())
    [event] = call["events"]
    event["message"] |= {"text": text, **more}
    if "mention" not in more:
        del event["message"]["mention"]
    return json.dumps(call).encode()


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("そよぎ、在庫ありますか", "在庫ありますか"),
        ("そよぎ　在庫ありますか", "在庫ありますか"),
        ("そよぎの営業時間は？", "そよぎの営業時間は？"),
        ("そよぎ", ""),
        ("今度そよぎに行こう", None),
        ("在庫ありますか", None),
    ],
)
def test_in_a_group_our_name_comes_first(line: Line, written: str, heard: str | None) -> None:
    said = [m.text for m in line.read(in_group(written)) if isinstance(m, inbound.Text)]
    assert said == ([] if heard is None else [heard])


@pytest.mark.parametrize("mention", [5, {"mentionees": 5}, {"mentionees": [5, {"isSelf": 1}]}])
def test_a_mention_of_another_shape_is_none(line: Line, mention: Any) -> None:
    assert line.read(in_group("在庫ありますか", mention=mention)) == []


def test_a_mention_without_its_place_is_one_all_the_same(line: Line) -> None:
    [said] = line.read(in_group("ねえ", mention={"mentionees": [{"isSelf": True}]}))
    assert isinstance(said, inbound.Text)
    assert said.text == "ねえ"


# Reply tokens --------------------------------------------------------------------------------


def handle_of(line: Line, name: str, **event: Any) -> Handle:
    call = json.loads((FOLDER / f"{name}.json").read_bytes())
    call["events"][0] |= event
    [said] = line.read(json.dumps(call).encode())
    handle = Handle.load(said.reply)
    assert handle is not None
    return handle


def test_a_reply_token_is_used_for_fifty_seconds(line: Line) -> None:
    handle = handle_of(line, "text")
    assert handle.until - NOW == timedelta(seconds=50)
    assert handle.read_token == "30yhdy232_text"


def test_a_redelivered_token_dies_twenty_minutes_after_the_event(line: Line) -> None:
    at = int((NOW - timedelta(minutes=19, seconds=30)).timestamp() * 1000)
    assert handle_of(line, "redelivered", timestamp=at).until - NOW == timedelta(seconds=20)


@pytest.mark.parametrize("text", [None, "", "x", "[]", "5", '["a", "b", "c"]', "[1, 1e99, null]"])
def test_what_is_no_handle_is_none(text: str | None) -> None:
    assert Handle.load(text) is None


# Settings ------------------------------------------------------------------------------------


def test_without_secret_or_token_the_channel_is_off() -> None:
    for env in ({}, {"line_channel_secret": "x"}, {"line_access_token": "x"}):
        settings = Settings(env=Environment(**env), bot=BotConfig())
        assert connect(Supplies(settings, None, lambda: NOW)) is None
