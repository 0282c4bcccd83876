"""Messages as stored JSON, and back."""

from __future__ import annotations

import json
from typing import cast, get_args

from bot.dialogue.values import Reader, Unreadable, plain
from bot.messages import Account, inbound, outbound
from bot.messages.inbound import Inbound
from bot.messages.outbound import Outbound
from bot.messages.shown import for_staff

_inbound = Reader(Account, *get_args(Inbound))
_outbound = Reader(outbound.Choice, outbound.Card, *get_args(Outbound))


def dump_message(message: Inbound | Outbound) -> str:
    """A message as JSON; halves of characters, which no database takes, become "?"."""
    text = json.dumps(plain(message), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode("utf-8")


def load_inbound(text: str) -> Inbound:
    """What was stored of an inbound message. Raises `Unreadable`."""
    return cast(Inbound, _load(_inbound, text))


def load_outbound(text: str) -> Outbound:
    """What was stored of an outbound message; "…" for a kind this version does not know."""
    try:
        return cast(Outbound, _load(_outbound, text))
    except Unreadable:
        return outbound.Text(UNKNOWN)


def _load(reader: Reader, text: str) -> object:
    try:
        return reader.read(json.loads(text))
    except json.JSONDecodeError as fault:
        raise Unreadable("not JSON") from fault


def own_words(message: Inbound, shown: str | None) -> Outbound | None:
    """What a customer's message looks like in their timeline; None for what says nothing.

    `shown` is what the tapped button said, where that is known.
    """
    match message:
        case inbound.Text(text=text):
            return outbound.Text(text)
        case inbound.Tap() if not inbound.asks_for_answer(message):
            return outbound.Text(shown or UNKNOWN)
        case inbound.Location(lat=lat, lng=lng, label=label):
            return outbound.Place(label or "", "", lat, lng)
    return None


def words_of(content: Outbound) -> str:
    """What staff read of an entry, on one line."""
    match for_staff(content):
        case outbound.Text(text=text):
            return " ".join(text.split())
        case outbound.Cards(cards=cards):
            return " / ".join(card.title for card in cards)
        case outbound.Picture(alt=alt):
            return alt
        case outbound.Place(name=name, address=address):
            return name or address or UNKNOWN


UNKNOWN = "…"
MASKED = outbound.Text("••••••")
TAKEN_BACK = outbound.Text("")
"""Stands for what the customer took back: nothing anybody could have sent."""
JOINED = ""
"""The note that two talks became one: it has no words, since staff read it in their language."""
