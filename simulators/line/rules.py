"""What the Messaging API takes, as its reference says it: the platform's side of the rules.

https://developers.line.biz/en/reference/messaging-api/; lengths are UTF-16 code units, and
grapheme clusters where https://developers.line.biz/en/docs/messaging-api/text-character-count/
says so (counted here as code points that are no marks or joiners: never more than they are).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

Fault = tuple[str, str]
"""What is wrong, and the property it is wrong with."""

QUICK_ONLY = frozenset({"camera", "cameraRoll", "location"})
ACTIONS = QUICK_ONLY | {"postback", "message", "uri", "datetimepicker", "clipboard"}
LAYOUTS = frozenset({"horizontal", "vertical", "baseline"})
SIZES = frozenset({"nano", "micro", "deca", "hecto", "kilo", "mega", "giga"})
BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
URI = re.compile(r"(?:[\w.~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+", re.ASCII)
"""The characters of RFC 3986."""
DATES = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "time": re.compile(r"\d\d:\d\d"),
    "datetime": re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d"),
}


def faults(messages: Any) -> list[Fault]:
    """Everything wrong with the messages of one call."""
    if not isinstance(messages, list) or not 1 <= len(messages) <= 5:
        return [("Size must be between 1 and 5", "messages")]
    return [
        fault
        for number, message in enumerate(messages)
        for fault in _message(message, f"messages[{number}]")
    ]


def menu_faults(menu: Any) -> list[Fault]:
    """Everything wrong with a rich menu."""
    size, areas = menu.get("size", {}), menu.get("areas", [])
    width, height = size.get("width", 0), size.get("height", 1)
    found = []
    if not 800 <= width <= 2500 or height < 250 or width / height < 1.45:
        found.append(("The size is not allowed", "size"))
    if len(areas) > 20:
        found.append(("Size must be between 0 and 20", "areas"))
    if not 1 <= graphemes(menu.get("chatBarText", "")) <= 14:
        found.append(("Length must be between 1 and 14", "chatBarText"))
    if not 1 <= graphemes(menu.get("name", "")) <= 300:
        found.append(("Length must be between 1 and 300", "name"))
    for number, area in enumerate(areas):
        bounds, where = area["bounds"], f"areas[{number}]"
        inside = bounds["x"] + bounds["width"] <= width and bounds["y"] + bounds["height"] <= height
        if not inside:
            found.append(("must be inside the menu", f"{where}.bounds"))
        found += _action(area.get("action"), f"{where}.action", label=20, required=False)
    return found


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """Characters as people count them, or fewer."""
    joined = text.replace("\u200d", "")
    return sum(unicodedata.category(c) not in ("Mn", "Me", "Mc", "Sk") for c in joined)


# Messages ------------------------------------------------------------------------------------


def _message(message: Any, where: str) -> Iterator[Fault]:
    if not isinstance(message, dict) or message.get("type") not in _KINDS:
        yield "A message type must be specified", f"{where}/type"
        return
    yield from _KINDS[message["type"]](message, where)
    if "quickReply" in message:
        yield from _quick_reply(message["quickReply"], f"{where}.quickReply")
    if "sender" in message:
        yield from _sender(message["sender"], f"{where}.sender")


def _text(message: Mapping[str, Any], where: str) -> Iterator[Fault]:
    yield from _length(message.get("text"), 5000, f"{where}.text")


def _image(message: Mapping[str, Any], where: str) -> Iterator[Fault]:
    for field in ("originalContentUrl", "previewImageUrl"):
        yield from _url(message.get(field), f"{where}.{field}", ("https",), 2000)


def _location(message: Mapping[str, Any], where: str) -> Iterator[Fault]:
    yield from _length(message.get("title"), 100, f"{where}.title")
    yield from _length(message.get("address"), 100, f"{where}.address")
    for field, most in (("latitude", 90), ("longitude", 180)):
        degrees = message.get(field)
        if not isinstance(degrees, int | float) or not abs(degrees) <= most:
            yield "must be degrees", f"{where}.{field}"


def _flex(message: Mapping[str, Any], where: str) -> Iterator[Fault]:
    yield from _length(message.get("altText"), 1500, f"{where}.altText")
    contents = message.get("contents")
    at = f"{where}.contents"
    match contents:
        case {"type": "bubble"}:
            yield from _bubble(contents, at)
        case {"type": "carousel", "contents": list(bubbles)}:
            if not 1 <= len(bubbles) <= 12:
                yield "Size must be between 1 and 12", f"{at}.contents"
            if _bytes(contents) > CAROUSEL_BYTES:
                yield "is larger than 50 KB", at
            if len({bubble.get("size", "mega") for bubble in bubbles}) > 1:
                yield "must be of one size", f"{at}.contents"
            for number, bubble in enumerate(bubbles):
                yield from _bubble(bubble, f"{at}.contents[{number}]")
        case _:
            yield "must be a bubble or a carousel", at


def _quick_reply(quick: Any, where: str) -> Iterator[Fault]:
    items = quick.get("items") if isinstance(quick, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= 13:
        yield "Size must be between 1 and 13", f"{where}.items"
        return
    for number, item in enumerate(items):
        at = f"{where}.items[{number}]"
        if item.get("type") != "action":
            yield "must be action", f"{at}.type"
        yield from _action(item.get("action"), f"{at}.action", label=20, quick=True)


def _sender(sender: Any, where: str) -> Iterator[Fault]:
    name = sender.get("name")
    if name is not None:
        yield from _length(name, 20, f"{where}.name")
        if "line" in name.lower():
            yield "contains a word that cannot be used", f"{where}.name"
    if "iconUrl" in sender:
        yield from _url(sender["iconUrl"], f"{where}.iconUrl", ("https",), 2000)


# Flex ----------------------------------------------------------------------------------------


def _bubble(bubble: Any, where: str) -> Iterator[Fault]:
    if bubble.get("type") != "bubble":
        yield "must be a bubble", f"{where}.type"
    if _bytes(bubble) > BUBBLE_BYTES:
        yield "is larger than 30 KB", where
    if bubble.get("size", "mega") not in SIZES:
        yield "unknown size", f"{where}.size"
    if unknown := bubble.keys() - {
        "type",
        "size",
        "direction",
        "header",
        "hero",
        "body",
        "footer",
        "styles",
        "action",
    }:
        yield f"unknown property {sorted(unknown)}", where
    if "body" not in bubble and "hero" not in bubble:
        yield "must have a body or a hero", where
    for block in ("header", "body", "footer"):
        if block in bubble:
            if bubble[block].get("type") != "box":
                yield "must be a box", f"{where}.{block}"
            yield from _component(bubble[block], f"{where}.{block}")
    if "hero" in bubble:
        yield from _component(bubble["hero"], f"{where}.hero")


def _component(part: Any, where: str) -> Iterator[Fault]:
    match part.get("type"):
        case "box":
            if part.get("layout") not in LAYOUTS:
                yield "unknown layout", f"{where}.layout"
            for number, inner in enumerate(part.get("contents") or ()):
                yield from _component(inner, f"{where}.contents[{number}]")
        case "text":
            if not part.get("text"):
                yield "must be non-empty text", f"{where}.text"
        case "image":
            yield from _url(part.get("url"), f"{where}.url", ("https",), 2000)
        case "button":
            yield from _action(part.get("action"), f"{where}.action", label=40)
        case "separator" | "filler" | "icon" | "span":
            return
        case _:
            yield "unknown component", f"{where}.type"


# Actions -------------------------------------------------------------------------------------


def _action(
    action: Any, where: str, *, label: int, quick: bool = False, required: bool = True
) -> Iterator[Fault]:
    kind = action.get("type") if isinstance(action, dict) else None
    if kind not in ACTIONS or (kind in QUICK_ONLY and not quick):
        yield "unknown or not allowed here", f"{where}.type"
        return
    if required or "label" in action:
        yield from _length(action.get("label"), label, f"{where}.label", graphemes)
    yield from _CONTENT.get(kind, _nothing_more)(action, where)


def _postback(action: Mapping[str, Any], where: str) -> Iterator[Fault]:
    yield from _length(action.get("data"), 300, f"{where}.data")
    if "displayText" in action and "text" in action:
        yield "cannot be used with text", f"{where}.displayText"
    for field in ("displayText", "text", "fillInText"):
        if field in action:
            yield from _length(action[field], 300, f"{where}.{field}", graphemes)


def _said(action: Mapping[str, Any], where: str) -> Iterator[Fault]:
    yield from _length(action.get("text"), 300, f"{where}.text", graphemes)


def _uri(action: Mapping[str, Any], where: str) -> Iterator[Fault]:
    yield from _url(action.get("uri"), f"{where}.uri", ("http", "https", "line", "tel"), 1000)


def _clipboard(action: Mapping[str, Any], where: str) -> Iterator[Fault]:
    yield from _length(action.get("clipboardText"), 1000, f"{where}.clipboardText")


def _picker(action: Mapping[str, Any], where: str) -> Iterator[Fault]:
    yield from _length(action.get("data"), 300, f"{where}.data")
    form = DATES.get(action.get("mode", ""))
    if form is None:
        yield "must be date, time or datetime", f"{where}.mode"
        return
    for field in ("initial", "min", "max"):
        if field in action and not form.fullmatch(str(action[field])):
            yield "has not the form of the mode", f"{where}.{field}"
    if "min" in action and "max" in action and action["min"] >= action["max"]:
        yield "must be before max", f"{where}.min"


def _nothing_more(action: Mapping[str, Any], where: str) -> Iterator[Fault]:
    yield from ()


# Values --------------------------------------------------------------------------------------


def _length(
    text: Any, most: int, where: str, count: Callable[[str], int] = units
) -> Iterator[Fault]:
    if not isinstance(text, str) or not text.strip():
        yield "May not be empty", where
    elif count(text) > most:
        yield f"Length must be between 1 and {most}", where


def _url(url: Any, where: str, schemes: tuple[str, ...], most: int) -> Iterator[Fault]:
    short = isinstance(url, str) and len(url) <= most
    if not short or not URI.fullmatch(url) or not _is_address(url, schemes):
        yield "Must be a valid URI", where


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and (bool(host) or not parts.scheme.startswith("http"))


def _bytes(part: Any) -> int:
    return len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())


_KINDS: Mapping[str, Callable[[Mapping[str, Any], str], Iterator[Fault]]] = {
    "text": _text,
    "image": _image,
    "location": _location,
    "flex": _flex,
}
_CONTENT: Mapping[str, Callable[[Mapping[str, Any], str], Iterator[Fault]]] = {
    "postback": _postback,
    "message": _said,
    "uri": _uri,
    "clipboard": _clipboard,
    "datetimepicker": _picker,
}
