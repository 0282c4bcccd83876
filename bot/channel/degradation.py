"""Fit a message to what a channel can show; what cannot be shown as meant is said in words."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import replace

from bot.channel.protocol import Abilities
from bot.channel.splitting import fits, shortened, split
from bot.messages.outbound import Card, Cards, Choice, Outbound, Picture, Place, Text


def degraded(outbound: Outbound, abilities: Abilities) -> tuple[Outbound, ...]:
    """The messages that show this one on a channel with these abilities, in order.

    Long text is split at sentence ends, its choices go with the last piece. Choices beyond the
    limit, and those whose label had to be cut, are listed in the text by their number: customers
    may type the number or the label. Cards, pictures and places the channel does not know become
    text; a picture without an address of its own is left out.
    """
    match outbound:
        case Text():
            return _texts(outbound, abilities)
        case Cards():
            return _cards(outbound, abilities)
        case Picture(url) if "://" not in url and not abilities.own_pages:
            return ()  # it goes with what is said beside it
        case Picture(url, alt):
            known, words = "picture" in abilities.kinds, f"{alt}\n{url}"
        case Place(name, address, lat, lng):
            known = "place" in abilities.kinds
            words = f"{name}\n{address}\nhttps://www.google.com/maps?q={lat},{lng}"
    return (outbound,) if known else _texts(Text(words.strip()), abilities)


def _texts(message: Text, abilities: Abilities) -> tuple[Text, ...]:
    words = _with_list(message.text, message.choices, abilities)
    *before, last = split(words, abilities.text_limit)
    buttons = _buttons(message.choices, abilities)
    return (*(Text(piece) for piece in before), Text(last, buttons))


def _cards(message: Cards, abilities: Abilities) -> tuple[Outbound, ...]:
    cards = tuple(_fitted(card, abilities) for card in message.cards)
    if "cards" not in abilities.kinds or not all(_shown(card, abilities) for card in cards):
        return _texts(_as_text(message.cards), abilities)
    size = max(abilities.card_limit, 1)
    return tuple(Cards(cards[start : start + size]) for start in range(0, len(cards), size))


def _fitted(card: Card, abilities: Abilities) -> Card:
    words = _with_list(card.text or "", card.choices, abilities)
    return replace(card, text=words or card.text, choices=_buttons(card.choices, abilities))


def _shown(card: Card, abilities: Abilities) -> bool:
    return all(fits(words, abilities.text_limit) for words in (card.title, card.text or ""))


def _as_text(cards: Sequence[Card]) -> Text:
    words = "\n\n".join(f"{card.title}\n{card.text or ''}".strip() for card in cards)
    known = Tally(choice.label for card in cards for choice in card.choices)
    # "Choose" under every card says nothing once the cards are gone.
    choices = tuple(
        choice
        if known[choice.label] == 1
        else replace(choice, label=f"{card.title} {choice.label}")
        for card in cards
        for choice in card.choices
    )
    return Text(words, choices)


def _with_list(words: str, choices: Sequence[Choice], abilities: Abilities) -> str:
    listed = [
        f"{number}. {choice.label}"
        for number, choice in enumerate(choices, start=1)
        if number > abilities.choice_limit or not fits(choice.label, abilities.label_limit)
    ]
    return "\n".join([words, *listed]).strip() if listed else words


def _buttons(choices: Sequence[Choice], abilities: Abilities) -> tuple[Choice, ...]:
    return tuple(
        replace(choice, label=shortened(choice.label, abilities.label_limit))
        for choice in choices[: abilities.choice_limit]
    )
