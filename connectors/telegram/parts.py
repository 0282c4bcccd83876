"""A message as the calls that show it: texts, photos with a caption, places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from bot.channel import Abilities, Envelope, degraded
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
DATA_BYTES = 64

Part: TypeAlias = Text | Card | Picture | Place


def parts(envelope: Envelope) -> tuple[Part, ...]:
    """What is sent, one call each; long text is split, cards come one by one."""
    content = envelope.content
    if isinstance(content, Text) and envelope.author == "agent" and envelope.name:
        # Telegram shows all messages of a bot under one name.
        content = replace(content, text=f"{envelope.name}: {content.text}")
    if isinstance(content, Text) and in_company(envelope.account.user):
        # What is one person's own is asked for in their own chat alone.
        alone = tuple(choice for choice in content.choices if choice.asks is None)
        content = replace(content, choices=alone)
    return tuple(part for fitted in degraded(content, ABILITIES) for part in _shown(fitted))


def in_company(chat: str) -> bool:
    """Chats of several people have negative ids."""
    return chat.startswith("-")


def plainly(part: Part) -> tuple[Text, ...]:
    """The same in words alone, choices by their number."""
    whole = Cards((part,)) if isinstance(part, Card) else part
    return tuple(plain for plain in degraded(whole, PLAIN) if isinstance(plain, Text))


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
            yield Text(text if text.strip() else "…", choices)  # an empty text is refused
        case Picture(url, alt) if not _reachable(url) or _length(alt) > CAPTION_LIMIT:
            yield Text("\n".join(filter(None, (alt, url))) or "…")
        case _:
            yield content


def _card(card: Card) -> Iterator[Part]:
    if not _pressable(card.choices):
        yield from plainly(card)
    elif _reachable(card.image_url) and _length(caption(card)) <= CAPTION_LIMIT:
        yield card
    else:
        yield from (
            part
            for part in degraded(Text(caption(card), card.choices), ABILITIES)
            if isinstance(part, Text)
        )


def _pressable(choices: tuple[Choice, ...]) -> bool:
    """Can all of these be buttons? What a button brings back has 1 to 64 bytes."""
    return all(0 < len(c.tap.encode()) <= DATA_BYTES and c.label.strip() for c in choices)


def _reachable(url: str | None) -> bool:
    """Telegram fetches pictures itself, over https."""
    return url is not None and url.startswith("https://")


def _length(text: str) -> int:
    """In UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
