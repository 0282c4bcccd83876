"""Webhook calls of LINE, read as what customers sent.

The JSON is read here and not by the SDK's parser, which loses a message that lacks one field it
thinks required. What is not known is passed over: LINE adds kinds and fields without notice
(https://developers.line.biz/en/docs/messaging-api/development-guidelines/).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from prometheus_client import Counter

from bot.errors import BadPayload
from bot.messages import Account, inbound
from bot.messages.inbound import Inbound
from connectors.line.groups import Company
from connectors.line.handles import Handle, life_of

CHANNEL = "line"
ID_LENGTH = 255
SKIPPED = Counter(
    "madoguchi_line_events_skipped", "Webhook events that became no message, by reason", ["reason"]
)

_MEDIA = {"image": "image", "video": "video", "audio": "audio", "file": "file"}
_PLACES = (("user", "userId", False), ("group", "groupId", True), ("room", "roomId", True))


@dataclass(frozen=True)
class _Event:
    """What all events have; `base` are the fields of a `Message`."""

    kind: str
    data: Mapping[str, Any]
    base: Mapping[str, Any]

    def part(self, name: str) -> Mapping[str, Any]:
        """A member that is an object; an empty one where it is none."""
        return _object(self.data.get(name))


def read(body: bytes, company: Company, now: datetime) -> list[Inbound]:
    """The messages of one call received `now`. Raises `BadPayload` when it is no webhook call."""
    try:
        call = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadPayload("not JSON") from error
    events = call.get("events") if isinstance(call, dict) else None
    if not isinstance(events, list):
        raise BadPayload("no events")
    return list(_messages(events, company, now))


def _messages(events: Sequence[Any], company: Company, now: datetime) -> Iterator[Inbound]:
    for data in events:
        if _object(data).get("mode") == "standby":
            SKIPPED.labels("standby").inc()  # another module has the chat: nothing may be sent
            continue
        event = _event(_object(data), now)
        if event is None:
            SKIPPED.labels("no sender or id").inc()
            continue
        message = _READERS.get(event.kind, _unknown)(event, company)
        if message is None:
            SKIPPED.labels("not meant for us").inc()
            continue
        yield message


def _event(data: Mapping[str, Any], now: datetime) -> _Event | None:
    name, at = _id(data.get("webhookEventId")), _moment(data.get("timestamp"))
    account, shared = None, False
    source = _object(data.get("source"))
    for place, field, among_others in _PLACES:
        if source.get("type") == place and (user := _id(source.get(field))):
            account, shared = Account(CHANNEL, user), among_others
    kind = data.get("type")
    if name is None or at is None or account is None or not isinstance(kind, str):
        return None
    content = _object(data.get("message"))
    redelivered = _object(data.get("deliveryContext")).get("isRedelivery") is True
    handle = Handle(
        _id(data.get("replyToken")),
        life_of(at, now, redelivered=redelivered),
        _word(content.get("markAsReadToken")),
    )
    reply = handle.dump() if handle.reply_token or handle.read_token else None
    base = {
        "id": name,
        "account": account,
        "at": at,
        "reply": reply,
        "shared": shared,
        "platform_id": _id(content.get("id")),
    }
    return _Event(kind, data, base)


# Kinds ---------------------------------------------------------------------------------------


def _message(event: _Event, company: Company) -> Inbound | None:
    content = event.part("message")
    kind, ref = content.get("type"), _id(content.get("id"))
    if event.base["shared"] and kind != "text":
        return None  # a picture among friends is for the friends
    match kind:
        case "text" if isinstance(content.get("text"), str):
            text = company.said_to_us(content) if event.base["shared"] else content["text"]
            return None if text is None else inbound.Text(**event.base, text=text)
        case "sticker":
            return inbound.Sticker(**event.base, keywords=_keywords(content))
        case "location":
            return _location(event, content)
        case str() if kind in _MEDIA and ref:
            name = _word(content.get("fileName"))
            return inbound.Media(**event.base, media=_MEDIA[kind], ref=ref, name=name)
    return _unknown(event, company)


def _location(event: _Event, content: Mapping[str, Any]) -> Inbound:
    lat, lng = _number(content.get("latitude")), _number(content.get("longitude"))
    if lat is None or lng is None or abs(lat) > 90 or abs(lng) > 180:
        return inbound.Unknown(**event.base, kind="location")
    label = _word(content.get("title")) or _word(content.get("address"))
    return inbound.Location(**event.base, lat=lat, lng=lng, label=label)


def _keywords(content: Mapping[str, Any]) -> tuple[str, ...]:
    """What a sticker says: the words on it, then LINE's keywords for it."""
    keywords = content.get("keywords")
    words = [content.get("text"), *(keywords if isinstance(keywords, list) else ())]
    return tuple(word for word in words if isinstance(word, str) and word)


def _postback(event: _Event, company: Company) -> Inbound:
    postback = event.part("postback")
    params = _object(postback.get("params"))
    if picked := _word(params.get("datetime") or params.get("date") or params.get("time")):
        # A day or time picked says what a customer would have typed.
        return inbound.Text(**event.base, text=picked.replace("T", " "))
    data = postback.get("data")
    if not isinstance(data, str) or "newRichMenuAliasId" in params:
        return _unknown(event, company)
    return inbound.Tap(**event.base, payload=data)


def _joined(event: _Event, _: Company) -> Inbound:
    return inbound.Joined(**event.base)


def _left(event: _Event, _: Company) -> Inbound:
    return inbound.Left(**event.base)


def _unsent(event: _Event, company: Company) -> Inbound:
    ref = _id(event.part("unsend").get("messageId"))
    return inbound.Unsent(**event.base, message_id=ref) if ref else _unknown(event, company)


def _linked(event: _Event, company: Company) -> Inbound:
    link = event.part("link")
    nonce = _id(link.get("nonce"))
    if nonce is None:
        return _unknown(event, company)
    return inbound.AccountLinked(**event.base, nonce=nonce, ok=link.get("result") == "ok")


def _unknown(event: _Event, _: Company) -> Inbound:
    return inbound.Unknown(**event.base, kind=event.kind[:ID_LENGTH])


_READERS: Mapping[str, Callable[[_Event, Company], Inbound | None]] = {
    "message": _message,
    "messageEdited": _message,
    "postback": _postback,
    "follow": _joined,
    "join": _joined,
    "unfollow": _left,
    "leave": _left,
    "unsend": _unsent,
    "accountLink": _linked,
}


# Values --------------------------------------------------------------------------------------


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _id(value: Any) -> str | None:
    """An id or token as LINE makes them; nothing that a database or a header would not take."""
    fits = isinstance(value, str) and 0 < len(value) <= ID_LENGTH
    return value if fits and value.isascii() and value.isprintable() else None


def _number(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and math.isfinite(value) else None


def _moment(value: Any) -> datetime | None:
    milliseconds = _number(value)
    try:
        return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
