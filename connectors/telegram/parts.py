"""A message as the calls that show it: texts, photos with a caption, places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from bot.channel import Abilities, Envelope, degraded
from bot.channel.addresses import is_https
from bot.channel.splitting import length, says_something, shown
from bot.messages.outbound import Card, Cards, Choice, Outbound, Picture, Place, Text

ABILITIES = Abilities(
    text_limit=4096,
    # The platform takes 100 buttons; so many nobody reads on a phone.
    choice_limit=30,
    label_limit=36,
    card_limit=10,
    kinds=frozenset({"cards", "picture", "place"}),
    typing=True,
    free_replies=True,
    asks=frozenset({"contact", "location"}),
)
PLAIN = replace(ABILITIES, choice_limit=0, card_limit=0, kinds=frozenset())
CAPTION_LIMIT = 1024
PLACE_LIMIT = 1024
URL_LIMIT = 2048
"""The last two are not published; nothing that makes sense is longer."""
DATA_BYTES = 64

Part: TypeAlias = Text | Card | Picture | Place


def parts(envelope: Envelope) -> tuple[Part, ...]:
    """What is sent, one call each; long text is split, cards come one by one."""
    content = envelope.content
    if isinstance(content, Text) and envelope.author == "agent" and envelope.name:
        # Telegram shows all messages of a bot under one name.
        content = replace(content, text=f"{envelope.name}: {content.text}")
    if in_company(envelope.account.user):
        content = _in_public(content)
    return tuple(part for fitted in degraded(content, ABILITIES) for part in _shown(fitted))


def _in_public(content: Outbound) -> Outbound:
    """What is one person's own is asked for in their own chat alone."""
    match content:
        case Text(choices=choices):
            return replace(content, choices=_unasking(choices))
        case Cards(cards):
            return Cards(tuple(replace(one, choices=_unasking(one.choices)) for one in cards))
    return content


def _unasking(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    return tuple(choice for choice in choices if choice.asks is None)


def in_company(chat: str) -> bool:
    """Chats of several people have negative ids."""
    return chat.startswith("-")


def plainly(part: Part) -> tuple[Text, ...]:
    """The same in words alone, choices by their number."""
    whole = Cards((part,)) if isinstance(part, Card) else part
    words = (plain.text for plain in degraded(whole, PLAIN) if isinstance(plain, Text))
    return tuple(Text(shown(text)) for text in words)


def caption(card: Card) -> str:
    """What stands under a card's picture."""
    return f"{card.title}\n{card.text or ''}".strip()


def _shown(content: Outbound) -> Iterator[Part]:
    match content:
        case Cards(cards):
            for card in cards:
                yield from _card(card)
        case Text(_, choices) if not _pressable(choices):
            yield from plainly(content)
        case Text(text, choices):
            yield Text(shown(text), choices)
        case Picture(url, alt) if not _reachable(url) or length(alt) > CAPTION_LIMIT:
            yield from plainly(content)
        case Place() if not _on_earth(content):
            yield from plainly(content)
        case _:
            yield content


def _card(card: Card) -> Iterator[Part]:
    if not _pressable(card.choices):
        yield from plainly(card)
    elif _reachable(card.image_url) and length(caption(card)) <= CAPTION_LIMIT:
        yield card
    else:
        for part in degraded(Text(caption(card), card.choices), ABILITIES):
            yield from _shown(part)


def _pressable(choices: tuple[Choice, ...]) -> bool:
    """Can all of these be buttons? What a button brings back has 1 to 64 bytes."""
    return all(0 < len(c.tap.encode()) <= DATA_BYTES and says_something(c.label) for c in choices)


def _reachable(url: str | None) -> bool:
    """Telegram fetches pictures itself, over https."""
    return url is not None and len(url) <= URL_LIMIT and is_https(url)


def _on_earth(place: Place) -> bool:
    """Can it be shown on a map? The library takes a zero for a number that is missing."""
    there = 0 < abs(place.lat) <= 90 and 0 < abs(place.lng) <= 180
    named = says_something(place.name) and length(place.name) <= PLACE_LIMIT
    return there and named and length(place.address) <= PLACE_LIMIT
