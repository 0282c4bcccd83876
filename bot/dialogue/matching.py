"""Does what was said name one of these choices? By value, by label, by number, or by a part."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.dialogue.heard import Told
from bot.shopfront.base import Option

C = TypeVar("C")

_UNITS = re.compile(r"(cm|センチ|ｾﾝﾁ|サイズ|size|号|インチ|inch|カラー|色)$")
_SHORT_ASCII = 2
_NUMBERED = re.compile(r"^(\d{1,2})(番目?|つ目|つめ|\.|\))?(です|で|にします|をお願いします|)$")


def folded(text: str) -> str:
    """Spelling differences that mean nothing here: width, case, spaces, final punctuation and
    the shape of apostrophes."""
    flat = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return re.sub(r"[\s。、.!?！？]+$|^\s+|(?<=\S)\s+(?=\S)", "", flat)


def _number(text: str) -> float | None:
    try:
        return float(_UNITS.sub("", text))
    except ValueError:
        return None


def _same(said: str, label: str) -> bool:
    if said == label or _UNITS.sub("", said) == _UNITS.sub("", label):
        return True
    number = _number(said)
    return number is not None and number == _number(label)


def _part(said: str, label: str) -> bool:
    if _number(said) is not None or not said:
        return False
    if said.isascii() and len(said) < _SHORT_ASCII:
        return False
    return said in label or (len(label) > 1 and label in said)


def named(said: Sequence[str], choices: Iterable[C], *labels: Callable[[C], str]) -> tuple[C, ...]:
    """The choices these words name: exact matches if there are any, else partial ones."""
    texts = [folded(text) for text in said]
    pool = list(choices)
    for matches in (_same, _part):
        found = tuple(
            choice
            for choice in pool
            if any(matches(text, folded(label(choice))) for label in labels for text in texts)
        )
        if found:
            return found
    return ()


def numbered(said: str, choices: Sequence[C]) -> C | None:
    """The choice meant by 「2」「２番」 or "2."."""
    found = _NUMBERED.match(folded(said))
    if not found:
        return None
    index = int(found.group(1)) - 1
    return choices[index] if 0 <= index < len(choices) else None


@dataclass(frozen=True)
class Settled:
    option: Option


@dataclass(frozen=True)
class Open:
    """Not settled. `reason`: "" never told, several, unknown (nobody knows the words), refused
    (given and not taken), not_offered (not among the choices)."""

    reason: str = ""
    options: tuple[Option, ...] = ()


def settle(
    told: Told | None, choices: tuple[Option, ...] | None, without: frozenset[str]
) -> Settled | Open:
    """What was told, held against what can be had."""
    if choices is not None and len(choices) == 1 and choices[0].value not in without:
        if told is None or _among(told, choices):
            return Settled(choices[0])
        return Open("not_offered", choices)
    if told is None:
        return Open()
    options = told.options if choices is None else _among(told, choices)
    left = tuple(option for option in options if option.value not in without)
    if len(left) == 1:
        return Settled(left[0])
    if left:
        return Open("several", left)
    if options:
        return Open("refused")
    return Open("unknown" if choices is None else "not_offered")


def _among(told: Told, choices: tuple[Option, ...]) -> tuple[Option, ...]:
    values = {option.value for option in told.options}
    by_value = tuple(choice for choice in choices if choice.value in values)
    if by_value:
        return by_value
    texts = [t for o in told.options for t in (o.value, o.label)] + [told.text]
    return named(texts, choices, lambda o: o.value, lambda o: o.label)
