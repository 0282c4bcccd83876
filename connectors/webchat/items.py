"""The timeline as the browser gets it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from bot.channel import Item
from bot.messages import Account
from bot.messages.shown import content_json, moment_json
from connectors.webchat.problems import invalid_parameter

_CURSOR = re.compile(r"([0-9]{1,10})-([0-9a-f]{8})", re.ASCII)
_MAX_CURSOR = 2**31 - 1


def cursor(account: Account, position: int) -> str:
    """A place in this account's timeline, as an opaque word."""
    return f"{position}-{_mark(account)}"


def position(account: Account, cursor: str | None, parameter: str) -> int:
    """Where to read on; the start without a cursor.

    A cursor of another account means the start as well: after a change of accounts a page that
    goes on with its old cursor misses nothing. Raises Problem invalid-request for what never was
    a cursor.
    """
    if not cursor:
        return 0
    found = _CURSOR.fullmatch(cursor)
    if found is None or int(found[1]) > _MAX_CURSOR:
        raise invalid_parameter(parameter)
    return int(found[1]) if found[2] == _mark(account) else 0


def message_id(account: Account, client_id: str) -> str:
    """The counter's name for a message: two browsers may well make up the same client id."""
    return f"{account.user}:{client_id}"


def client_id(account: Account, message_id: str) -> str:
    """The browser's own name for its message."""
    return message_id.removeprefix(f"{account.user}:")


def as_json(item: Item) -> dict[str, Any]:
    """One entry of the timeline."""
    head: dict[str, Any] = {"cursor": cursor(item.account, item.cursor), "author": item.author}
    if item.name is not None:
        head["name"] = item.name
    if item.picture is not None:
        head["avatar"] = item.picture
    if item.message is not None:
        head["client_id"] = client_id(item.account, item.message)
    return head | {"at": moment_json(item.at)} | content_json(item.content)


def as_event(item: Item) -> bytes:
    """One entry of the timeline as a server-sent event; JSON keeps it on one line."""
    words = as_json(item)
    return f"id: {words['cursor']}\ndata: {json.dumps(words, ensure_ascii=False)}\n\n".encode()


def writing(name: str) -> bytes:
    """That a person of this name is writing, as a server-sent event: no entry, so without an id."""
    words = {"author": "agent", "name": name}
    return f"event: typing\ndata: {json.dumps(words, ensure_ascii=False)}\n\n".encode()


def _mark(account: Account) -> str:
    return hashlib.sha256(account.user.encode()).hexdigest()[:8]
