"""Groups and rooms: what is meant for us, and what people say to each other."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

REMEMBERED = 10_000
_AFTER_A_NAME = " \t\n\u3000、，,。.：:!！"


class Company:
    """Knows what in a group is said to us: our name first, a mention, or a quote of our words.

    `name` is what the counter is called; empty where it has no name to be called by. Our own
    messages are remembered by this process, the last 10,000 of them.
    """

    def __init__(self, name: str) -> None:
        self._name = name.casefold()
        self._ours: OrderedDict[str, None] = OrderedDict()

    def remember(self, ids: Iterable[str]) -> None:
        """These messages are ours: who quotes them speaks to us."""
        for each in ids:
            self._ours[each] = None
        while len(self._ours) > REMEMBERED:
            self._ours.popitem(last=False)

    def said_to_us(self, content: Mapping[str, Any]) -> str | None:
        """The words of a text message that is meant for us, without our name; else None."""
        text: str = content["text"]
        mentions = list(_mentions_of_us(content))
        if mentions:
            return _without(text, mentions).strip()
        if content.get("quotedMessageId") in self._ours:
            return text
        if self._name and text[: len(self._name)].casefold() == self._name:
            rest = text[len(self._name) :]
            return rest.lstrip(_AFTER_A_NAME) if rest[:1] in _AFTER_A_NAME else text
        return None


def _mentions_of_us(content: Mapping[str, Any]) -> Iterable[tuple[int, int]]:
    """Where we are mentioned: begin and end, in UTF-16 units."""
    mention = content.get("mention")
    mentionees = mention.get("mentionees") if isinstance(mention, dict) else None
    for each in mentionees if isinstance(mentionees, list) else ():
        if isinstance(each, dict) and each.get("isSelf") is True:
            begin, size = each.get("index"), each.get("length")
            if isinstance(begin, int) and isinstance(size, int) and begin >= 0 and size >= 0:
                yield begin, begin + size
            else:
                yield 0, 0


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    for begin, end in sorted(spans, reverse=True):
        units = units[: begin * 2] + units[end * 2 :]
    return units.decode("utf-16-le", "replace")
