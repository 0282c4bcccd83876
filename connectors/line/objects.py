"""Bubbles as the message objects of the Messaging API, as plain dicts.

https://developers.line.biz/en/reference/messaging-api/#message-objects
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.channel import degraded
from bot.channel.splitting import length, says_something, shortened, shown
from bot.messages.outbound import Card, Cards, Choice, Outbound, Picture, Place, Text
from connectors.line import limits
from connectors.line.bubbles import PLAIN, Bubble, is_picture
from connectors.line.limits import Object

_REFUSED_IN_NAMES = re.compile(r"line|ライン", re.IGNORECASE)


def objects(bubbles: Sequence[Bubble]) -> list[Object]:
    """One call's message objects; choices of the last are quick replies, others are buttons.

    What would break a limit of LINE is shown in words.
    """
    *before, last = bubbles
    made = [_with_sender(_object(bubble.content), bubble) for bubble in before]
    made.append(_with_sender(_last(last.content), last))
    return [
        plain(bubble) if limits.faults([each]) else each
        for each, bubble in zip(made, bubbles, strict=True)
    ]


def plain(bubble: Bubble) -> Object:
    """A bubble in words, for what cannot be shown as it is meant."""
    words = "\n\n".join(
        each.text for each in degraded(bubble.content, PLAIN) if isinstance(each, Text)
    )
    return _text(shortened(words, limits.TEXT))


def _with_sender(message: Object, bubble: Bubble) -> Object:
    """An agent writes under their own name, unless it has a word that LINE refuses."""
    name = (bubble.name or "").strip()
    if says_something(name) and not _REFUSED_IN_NAMES.search(name):
        message["sender"] = {"name": shortened(name, limits.SENDER)}
        if bubble.picture:
            message["sender"]["iconUrl"] = bubble.picture
    return message


def _last(content: Outbound) -> Object:
    message = _object(content if not isinstance(content, Text) else Text(content.text))
    if isinstance(content, Text) and content.choices:
        items = [{"type": "action", "action": _action(c)} for c in content.choices]
        message["quickReply"] = {"items": items}
    return message


def _object(content: Outbound) -> Object:
    match content:
        case Text(text, ()):
            return _text(text)
        case Text(text, choices):
            return _flex(text, _bubble([_words(text)], choices))
        case Cards(cards):
            return _cards(cards)
        case Picture(url, alt):
            return _picture(url, alt)
        case Place(name, address, lat, lng):
            title = _named(name if says_something(name) else address, limits.PLACE)
            where = _named(address if says_something(address) else name, limits.PLACE)
            place = {"title": title, "address": where, "latitude": lat, "longitude": lng}
            return {"type": "location", **place}


def _text(text: str) -> Object:
    return {"type": "text", "text": shown(text)}


def _picture(url: str, alt: str) -> Object:
    if not _showable(url):
        return _text(f"{alt}\n{url}")
    return {"type": "image", "originalContentUrl": url, "previewImageUrl": url}


def _showable(url: str) -> bool:
    """LINE shows JPEG and PNG, over https."""
    return limits.fetchable(url) and is_picture(url)


# Flex messages -------------------------------------------------------------------------------


def _cards(cards: Sequence[Card]) -> Object:
    said = "\n".join(f"{card.title} {card.text or ''}".strip() for card in cards)
    bubbles = [_card(card) for card in cards]
    if len(bubbles) == 1:
        return _flex(said, bubbles[0])
    return _flex(said, {"type": "carousel", "contents": bubbles})


def _card(card: Card) -> Object:
    body = [_words(card.title, weight="bold", size="md")]
    if card.text and says_something(card.text):
        body.append(_words(card.text, size="sm", color="#555555"))
    bubble = _bubble(body, card.choices)
    if card.image_url and _showable(card.image_url):
        bubble["hero"] = {
            "type": "image",
            "url": card.image_url,
            "size": "full",
            "aspectRatio": "4:3",
            "aspectMode": "cover",
        }
    return bubble


def _bubble(body: list[Object], choices: Sequence[Choice]) -> Object:
    bubble: Object = {
        "type": "bubble",
        "size": "kilo",
        "body": {"type": "box", "layout": "vertical", "spacing": "sm", "contents": body},
    }
    # Only a quick reply can ask for a place: elsewhere, who is asked sends it by hand.
    buttons = [
        {"type": "button", "style": "secondary", "height": "sm", "action": _action(choice)}
        for choice in choices
        if choice.asks != "location"
    ]
    if buttons:
        bubble["footer"] = {
            "type": "box",
            "layout": "vertical",
            "spacing": "sm",
            "contents": buttons,
        }
    return bubble


def _words(text: str, **style: str) -> Object:
    return {
        "type": "text",
        "text": shown(text),
        "wrap": True,
        **style,
    }


def _flex(said: str, contents: Object) -> Object:
    alt = _named(said, limits.ALT_TEXT)
    return {"type": "flex", "altText": alt, "contents": contents}


def _action(choice: Choice) -> Object:
    """A tap brings the choice's value back, or what LINE itself asks for.

    A value that is too long is said in words instead.
    """
    label = _named(choice.label, limits.LABEL)
    if choice.asks == "location":
        return {"type": "location", "label": label}
    if length(choice.tap) > limits.DATA or not choice.tap.strip():
        return {"type": "message", "label": label, "text": label}
    if choice.asks == "moment":
        first, last = (f"{moment:%Y-%m-%dT%H:%M}" for moment in choice.within)
        picker = {"mode": "datetime", "initial": first, "min": first, "max": last}
        return {"type": "datetimepicker", "label": label, "data": choice.tap, **picker}
    said = _named(choice.label, limits.DISPLAY_TEXT)
    return {"type": "postback", "label": label, "data": choice.tap, "displayText": said}


def _named(words: str, limit: int) -> str:
    """Words of one line, cut to a limit; nothing is not taken."""
    return shortened(shown(words).strip(), limit)
