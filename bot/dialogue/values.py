"""Values as plain JSON and back, and keys that compare steps by value.

Every dataclass is written with its class name; only classes that were declared known can be read.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from typing import Any

_PLAIN_ALREADY = frozenset({type(None), bool, int, float, str})
MOVES_WITH_THE_MOMENT = frozenset({"as_of", "stale", "ready_at", "open_now"})
"""Fields that differ between two looks at the same fact: they do not make a line another line."""


class Unreadable(ValueError):
    """What was stored is not what this version knows."""


def plain(value: object, *, without: frozenset[str] = frozenset()) -> Any:
    """A value as JSON; `without` names dataclass fields to leave out."""
    if type(value) in _PLAIN_ALREADY:
        return value
    match value:
        case Enum():
            return {"": type(value).__name__, "v": value.value}
        case int() | float() | str():
            return value
        case datetime() | date() | time():
            return {"": type(value).__name__, "v": value.isoformat()}
        case Mapping():
            return {"": "map", "v": [[k, plain(v, without=without)] for k, v in value.items()]}
        case frozenset() | set():
            return {"": "set", "v": sorted(plain(v, without=without) for v in value)}
        case tuple() | list():
            return [plain(v, without=without) for v in value]
    return _by_field(value, without)


def _by_field(value: object, without: frozenset[str]) -> dict[str, Any]:
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{type(value).__name__} cannot be stored")
    written: dict[str, Any] = {"": type(value).__name__}
    for name in _fields(type(value)):
        if name not in without:
            written[name] = plain(getattr(value, name), without=without)
    return written


@cache
def _fields(cls: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))


def _descendants(base: type[Any]) -> Iterator[type[Any]]:
    for child in base.__subclasses__():
        yield child
        yield from _descendants(child)


class Reader:
    """Reads back what `plain` wrote."""

    def __init__(self, *known: type, bases: tuple[type, ...] = ()) -> None:
        self._known = {cls.__name__: cls for cls in known}
        for base in bases:
            self._known.update({cls.__name__: cls for cls in _descendants(base)})

    def read(self, data: Any) -> Any:
        """The value. Raises `Unreadable` for a class or shape this version does not know."""
        if isinstance(data, list):
            return tuple(self.read(item) for item in data)
        if not isinstance(data, dict):
            return data
        kind = data.get("")
        try:
            return self._made(kind, data)
        except (TypeError, ValueError, KeyError) as fault:
            raise Unreadable(f"cannot read a {kind}") from fault

    def _made(self, kind: Any, data: dict[str, Any]) -> Any:
        match kind:
            case "datetime":
                return datetime.fromisoformat(data["v"])
            case "date":
                return date.fromisoformat(data["v"])
            case "time":
                return time.fromisoformat(data["v"])
            case "map":
                return {k: self.read(v) for k, v in data["v"]}
            case "set":
                return frozenset(self.read(v) for v in data["v"])
        cls = self._known[kind]
        if issubclass(cls, Enum):
            return cls(data["v"])
        return cls(**{k: self.read(v) for k, v in data.items() if k})


def digest(*parts: object) -> str:
    """A short, stable key of values."""
    text = json.dumps([plain(part) for part in parts], ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


def line_key(key: str, params: Mapping[str, object]) -> str:
    """What makes a line the same line: its words and facts, not when they were observed."""
    return digest(key, plain(dict(params), without=MOVES_WITH_THE_MOMENT))
