"""What goes out, as bubbles: fitted to LINE, merged where that saves a call, cut into calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from bot.channel import Abilities, Envelope, degraded
from bot.channel.splitting import fits
from bot.messages.outbound import Cards, Outbound, Picture, Text
from connectors.line import limits
from connectors.line.handles import OFFER_AFTER

ABILITIES = Abilities(
    text_limit=limits.TEXT,
    choice_limit=limits.QUICK_REPLIES,
    label_limit=limits.LABEL,
    card_limit=limits.BUBBLES,
    kinds=frozenset({"cards", "picture", "place"}),
    typing=True,
    free_replies=True,
    asks=frozenset({"location", "moment"}),
    offer_after=OFFER_AFTER.total_seconds(),
)
PICTURES = frozenset({"", ".jpg", ".jpeg", ".png"})
PLAIN = Abilities(limits.TEXT, 0, limits.LABEL, 0, frozenset())
"""Words only: for what LINE refused in its full form."""


@dataclass(frozen=True)
class Bubble:
    """One message object to be; `pieces` name the parts of envelopes it shows.

    `name` and `picture` (an https address) are an agent's.
    """

    pieces: tuple[str, ...]
    content: Outbound
    name: str | None = None
    picture: str | None = None


def bubbles_of(envelope: Envelope, public_url: str | None = None) -> tuple[Bubble, ...]:
    """The bubbles that show one envelope, each with a piece of its own.

    Addresses without a host are on ours, `public_url`. A picture that neither LINE nor a browser
    would show is left out: it only goes with what is said beside it.
    """
    by_agent = envelope.author == "agent"
    face = (envelope.name, _face(envelope.picture, public_url)) if by_agent else (None, None)
    content = _addressed(envelope.content, public_url)
    if isinstance(content, Picture) and not is_picture(content.url):
        return ()
    shown = degraded(content, ABILITIES)
    return tuple(Bubble((f"{envelope.key}/{n}",), each, *face) for n, each in enumerate(shown))


def _face(picture: str | None, public_url: str | None) -> str | None:
    """An agent's picture where LINE takes it: over https."""
    address = f"{public_url or ''}{picture}" if (picture or "").startswith("/") else picture
    return address if address and limits.fetchable(address) else None


def is_picture(url: str) -> bool:
    """Is this the address of a JPEG or PNG, as far as it tells?"""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    known = PurePosixPath(parts.path).suffix.lower() in PICTURES
    return known and parts.scheme in ("http", "https") and bool(parts.netloc)


def _addressed(content: Outbound, public_url: str | None) -> Outbound:
    match content:
        case Picture(url, alt):
            return Picture(_absolute(url, public_url), alt)
        case Cards(cards):
            return Cards(
                tuple(
                    replace(
                        card, image_url=card.image_url and _absolute(card.image_url, public_url)
                    )
                    for card in cards
                )
            )
    return content


def _absolute(url: str, public_url: str | None) -> str:
    return public_url.rstrip("/") + url if public_url and url.startswith("/") else url


def envelope_key(piece: str) -> str:
    """Whose piece this is."""
    return piece.rpartition("/")[0]


def calls(bubbles: Sequence[Bubble], replies: int) -> list[tuple[Bubble, ...]]:
    """The bubbles cut into calls, in order; up to `replies` of them are free.

    Texts are merged only where everything would not fit into the free calls.
    """
    if len(bubbles) <= limits.MESSAGES * replies:
        size = limits.MESSAGES
        return [tuple(bubbles[at : at + size]) for at in range(0, len(bubbles), size)]
    cut: list[tuple[Bubble, ...]] = []
    taken: list[Bubble] = []
    for bubble in bubbles:
        if taken and len(merged([*taken, bubble])) > limits.MESSAGES:
            cut.append(merged(taken))
            taken = []
        taken.append(bubble)
    return [*cut, merged(taken)] if taken else cut


def merged(bubbles: Sequence[Bubble]) -> tuple[Bubble, ...]:
    """As few bubbles as needed for one call: texts that follow each other become one."""
    left = list(bubbles)
    at = 0
    while len(left) > limits.MESSAGES and at + 1 < len(left):
        together = _together(left[at], left[at + 1])
        if together is None:
            at += 1
        else:
            left[at : at + 2] = [together]
    return tuple(left)


def _together(one: Bubble, other: Bubble) -> Bubble | None:
    match one.content, other.content:
        case Text(first, ()), Text(second, choices) if (one.name, one.picture) == (
            other.name,
            other.picture,
        ):
            words = f"{first}\n\n{second}"
            if fits(words, limits.TEXT):
                content = Text(words, choices)
                return replace(other, pieces=one.pieces + other.pieces, content=content)
    return None
