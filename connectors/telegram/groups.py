"""In company, only what is meant for us is answered: a command, our name, or an answer to us."""

from __future__ import annotations

import re

from connectors.telegram.fields import Fields, mapping, text
from connectors.telegram.myself import Myself

_COMMAND = re.compile(r"/\w{1,32}(?:@(\w{1,32}))?(?:\s|$)", re.ASCII)


def for_us(message: Fields, myself: Myself) -> bool:
    """Is this message of a group meant for us?"""
    answered = mapping(mapping(message.get("reply_to_message")).get("from"))
    words = text(message.get("text")) or text(message.get("caption")) or ""
    command = _COMMAND.match(words)
    if command is not None:
        return command[1] is None or myself.answers_to(command[1])
    replies = myself.id is not None and answered.get("id") == myself.id
    return replies or myself.mention.search(words) is not None or _meant(message, myself)


def without_mention(words: str, myself: Myself) -> str:
    """What is said besides our name; the words as they are when that is nothing."""
    return " ".join(myself.mention.sub(" ", words).split()) or words


def _meant(message: Fields, myself: Myself) -> bool:
    """People without a username, and bots named by their display name, are marked by their id."""
    marks = message.get("entities") or message.get("caption_entities")
    return myself.id is not None and any(
        mapping(mapping(mark).get("user")).get("id") == myself.id
        for mark in (marks if isinstance(marks, list) else ())
    )
