"""What the counter sends, as the web chat and the staff's desk get it in JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.messages.outbound import Card, Cards, Choice, Outbound, Picture, Place, Text


def content_json(content: Outbound) -> dict[str, Any]:
    """The fields of a timeline's entry that say what was sent."""
    match content:
        case Text(text, choices):
            return {"text": text} | _choices(choices)
        case Cards(cards):
            return {"cards": [_card(card) for card in cards]}
        case Picture(url, alt):
            return {"picture": {"url": url, "alt": alt}}
        case Place(name, address, lat, lng):
            return {"place": {"name": name, "address": address, "lat": lat, "lng": lng}}


def for_staff(content: Outbound) -> Outbound:
    """What staff read of it: a customer's secrets are masked."""
    if isinstance(content, Text) and content.masked is not None:
        return replace(content, text=content.masked, masked=None)
    return content


def moment_json(at: datetime) -> str:
    """RFC 3339 in UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _card(card: Card) -> dict[str, Any]:
    optional = {"text": card.text, "image_url": card.image_url}
    given = {key: value for key, value in optional.items() if value is not None}
    return {"title": card.title} | given | _choices(card.choices)


def _choices(choices: tuple[Choice, ...]) -> dict[str, Any]:
    if not choices:
        return {}
    return {"choices": [{"label": choice.label, "tap": choice.tap} for choice in choices]}
