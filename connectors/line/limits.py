"""What LINE takes in a message object, checked before it is asked.

Sources: https://developers.line.biz/en/reference/messaging-api/#message-objects and its pages on
actions; lengths are UTF-16 units. Labels are counted so too, which is never longer than LINE's own
count of visible characters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.channel.addresses import is_https
from bot.channel.splitting import length, says_something

MESSAGES = 5
TEXT = 5000
ALT_TEXT = 1500
QUICK_REPLIES = 13
LABEL = 20
DATA = 300
DISPLAY_TEXT = 300
URL = 1000
PICTURE_URL = 2000
PLACE = 100
SENDER = 20
BUBBLES = 12
BUBBLE_BYTES = 30_000
CAROUSEL_BYTES = 50_000

Object = dict[str, Any]


def faults(messages: Sequence[Object]) -> list[str]:
    """What LINE would refuse in these messages; empty when it would take them."""
    found = [] if 1 <= len(messages) <= MESSAGES else [f"{len(messages)} messages"]
    for number, message in enumerate(messages):
        found += [f"messages[{number}]: {fault}" for fault in _of_message(message)]
    return found


def _of_message(message: Object) -> Iterator[str]:
    yield from _KINDS[message["type"]](message)
    items = message.get("quickReply", {}).get("items", ())
    if len(items) > QUICK_REPLIES:
        yield f"{len(items)} quick replies"
    for item in items:
        yield from _of_action(item["action"])
    if name := message.get("sender", {}).get("name"):
        yield from _length("sender", name, SENDER)
    if icon := message.get("sender", {}).get("iconUrl"):
        yield from _https("iconUrl", icon)


def _text(message: Object) -> Iterator[str]:
    yield from _length("text", message["text"], TEXT)


def _image(message: Object) -> Iterator[str]:
    for field in ("originalContentUrl", "previewImageUrl"):
        yield from _https(field, message[field])


def _location(message: Object) -> Iterator[str]:
    yield from _length("title", message["title"], PLACE)
    yield from _length("address", message["address"], PLACE)
    if not (abs(message["latitude"]) <= 90 and abs(message["longitude"]) <= 180):
        yield "no place on earth"


def _flex(message: Object) -> Iterator[str]:
    yield from _length("altText", message["altText"], ALT_TEXT)
    contents = message["contents"]
    bubbles = contents["contents"] if contents["type"] == "carousel" else [contents]
    if not 1 <= len(bubbles) <= BUBBLES:
        yield f"{len(bubbles)} bubbles"
    if size(contents) > CAROUSEL_BYTES:
        yield "a carousel over 50 KB"
    for bubble in bubbles:
        if size(bubble) > BUBBLE_BYTES:
            yield "a bubble over 30 KB"
        yield from _component(bubble)


def _component(part: Any) -> Iterator[str]:
    """Everything inside a bubble, at any depth."""
    if isinstance(part, list):
        for each in part:
            yield from _component(each)
    elif isinstance(part, dict):
        match part.get("type"):
            case "text":
                yield from _length("text", part["text"], BUBBLE_BYTES)
            case "image":
                yield from _https("url", part["url"])
            case "button" if part["action"]["type"] == "location":
                yield "only a quick reply can ask for a place"
            case "button":
                yield from _of_action(part["action"])
        for each in part.values():
            yield from _component(each)


def _of_action(action: Mapping[str, str]) -> Iterator[str]:
    yield from _length("label", action["label"], LABEL)
    match action["type"]:
        case "postback":
            if length(action["data"]) > DATA:
                yield "data is too long"
            yield from _length("displayText", action["displayText"], DISPLAY_TEXT)
        case "message":
            yield from _length("text", action["text"], DISPLAY_TEXT)
        case "datetimepicker":
            if length(action["data"]) > DATA:
                yield "data is too long"
            if action["min"] >= action["max"]:
                yield "no moment is within"


def _length(name: str, text: str, limit: int) -> Iterator[str]:
    if not says_something(text):
        yield f"{name} is empty"
    elif length(text) > limit:
        yield f"{name} is too long"


def _https(name: str, url: str) -> Iterator[str]:
    if not fetchable(url):
        yield f"{name} is no https address"


def fetchable(url: str) -> bool:
    """Does LINE take this as the address of a picture?"""
    return len(url) <= PICTURE_URL and is_https(url)


def size(part: Any) -> int:
    """How large this is as JSON, in bytes."""
    written = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
    return len(written.encode("utf-8", "replace"))


_KINDS: Mapping[str, Callable[[Object], Iterator[str]]] = {
    "text": _text,
    "image": _image,
    "location": _location,
    "flex": _flex,
}
