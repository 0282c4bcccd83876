"""What Telegram sends, read with care and put into the house's own words.

Types are never trusted: a field of another type counts as missing. Kinds and fields are those of
the Bot API 10.1 (core.telegram.org/bots/api).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from prometheus_client import Counter

from bot.channel import Profile
from bot.errors import BadPayload
from bot.messages import Account, inbound
from bot.messages.inbound import Inbound
from connectors.telegram.contents import content, kind_of
from connectors.telegram.fields import Fields, integer, mapping, text
from connectors.telegram.groups import for_us, without_mention
from connectors.telegram.handles import callback_handle, message_handle
from connectors.telegram.myself import Myself
from connectors.telegram.recent import Recent
from connectors.telegram.words import COMMANDS, language

CHANNEL = "telegram"
REMEMBERED = 1000
MEMBERS = frozenset({"member", "administrator", "creator"})
GONE = frozenset({"kicked", "left"})
ELSEWHERE = frozenset({"business_connection_id", "guest_query_id"})
"""Marks of messages in chats that are other people's, not ours."""
_COMMAND = re.compile(r"/(\w{1,32})(?:@(\w{1,32}))?(?:\s+(.*))?", re.ASCII | re.DOTALL)
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LOCALE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()

PASSED_OVER = Counter(
    "madoguchi_telegram_passed_over", "Updates that were not meant for us, by kind", ["kind"]
)


class Reading:
    """Updates as messages; `now` is real time, for updates that carry none.

    `profiles` are those of the latest people who wrote, by account.
    """

    def __init__(
        self, myself: Myself, languages: Sequence[str], now: Callable[[], datetime]
    ) -> None:
        self._myself = myself
        self._languages = languages
        self._now = now
        self.profiles = Recent[Profile](REMEMBERED)

    def call(self, body: bytes) -> Sequence[Inbound]:
        """One webhook call. Raises `BadPayload` when it is no update."""
        try:
            update = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise BadPayload("not JSON") from error
        message = self.update(update)
        return () if message is None else (message,)

    def update(self, update: object) -> Inbound | None:
        """One update; None for what is not meant for us. Raises `BadPayload`."""
        fields = mapping(update)
        number = integer(fields.get("update_id"))
        if number is None:
            raise BadPayload("no update")
        known = {
            "message": self._message,
            "edited_message": self._edited,
            "callback_query": self._tap,
            "my_chat_member": self._membership,
        }
        kind = next((kind for kind in known if kind in fields), kind_of(fields))
        event = mapping(fields.get(kind))
        read = known.get(kind, self._unknown)
        message = read(f"{self._myself.id or ''}:{number}", kind, event)
        if message is None:
            PASSED_OVER.labels(kind).inc()
        return message

    # Kinds of updates --------------------------------------------------------------------------

    def _message(self, id: str, kind: str, event: Fields) -> Inbound | None:
        head = self._head(id, event)
        if head is not None and (moved := _migrated(head, event)) is not None:
            return moved  # in the new chat, it is Telegram's own bot that tells
        if head is None or mapping(event.get("from")).get("is_bot") is True:
            return None
        if not head["shared"]:
            return self._said(head, event)
        if not for_us(event, self._myself):
            return None
        number = integer(event.get("message_id"))
        handle = message_handle(head["account"].user, number) if number else None
        return self._said({**head, "reply": handle}, event)

    def _edited(self, id: str, kind: str, event: Fields) -> Inbound | None:
        """New words are heard anew; what else can change (a live location) is of no use."""
        words = text(event.get("text")) or text(event.get("caption"))
        if words is None:
            return self._unknown(id, kind, event)
        bare = {key: event.get(key) for key in ("message_id", "chat", "from", "reply_to_message")}
        moment = event.get("edit_date", event.get("date"))
        return self._message(id, kind, {**bare, "date": moment, "text": words})

    def _tap(self, id: str, kind: str, event: Fields) -> Inbound | None:
        query, payload = text(event.get("id")), text(event.get("data"))
        # The date is that of our own message, perhaps long ago; the tap is from now.
        shown = {**mapping(event.get("message")), "from": event.get("from"), "date": None}
        head = self._head(id, shown)
        if head is None or query is None:
            return None
        head["reply"] = callback_handle(query)
        if payload is None:
            return inbound.Unknown(**head, kind=kind)
        return inbound.Tap(**head, payload=payload)

    def _membership(self, id: str, kind: str, event: Fields) -> Inbound | None:
        head = self._head(id, event)
        if head is None:
            return None
        status = text(mapping(event.get("new_chat_member")).get("status"))
        if status in GONE:
            return inbound.Left(**head)
        # Who lets us in again has not said a word yet: the app sends Start with its "Restart".
        joined = status in MEMBERS and head["shared"]
        return inbound.Joined(**head) if joined else inbound.Unknown(**head, kind=kind)

    def _unknown(self, id: str, kind: str, event: Fields) -> Inbound | None:
        head = self._head(id, event)
        return None if head is None else inbound.Unknown(**head, kind=kind)

    # What all have in common -------------------------------------------------------------------

    def _head(self, id: str, event: Fields) -> dict[str, Any] | None:
        """What every message has; None where nobody talks to us: channels, other people's chats."""
        chat, sender = mapping(event.get("chat")), mapping(event.get("from"))
        user = integer(chat.get("id")) or integer(sender.get("id"))
        if user is None or chat.get("type") == "channel" or not ELSEWHERE.isdisjoint(event):
            return None
        code = text(sender.get("language_code"))
        locale = code if code and _LOCALE.fullmatch(code) else None
        if sender.get("id") == user:
            names = (text(sender.get("first_name")), text(sender.get("last_name")))
            self.profiles[str(user)] = Profile(" ".join(filter(None, names)) or None, locale)
        return {
            "id": id,
            "account": Account(CHANNEL, str(user)),
            "at": self._moment(event.get("date")),
            "locale": locale,
            "shared": chat.get("type") in ("group", "supergroup"),
        }

    def _moment(self, date: object) -> datetime:
        seconds = integer(date)
        if seconds is None or not 0 < seconds < _LATEST:
            # Telegram counts whole seconds: a finer time would pass for a later one.
            return self._now().replace(microsecond=0)
        return datetime.fromtimestamp(seconds, UTC)

    def _said(self, head: dict[str, Any], message: Fields) -> Inbound:
        words = text(message.get("text"))
        if words is None:
            return content(head, message)
        command = _COMMAND.fullmatch(words.strip())
        if command is not None and self._ours(command[2]):
            return self._command(head, command[1].lower(), command[3] or "", words)
        if head["shared"]:
            words = without_mention(words, self._myself)
        return inbound.Text(**head, text=words)

    def _ours(self, addressed: str | None) -> bool:
        return addressed is None or self._myself.answers_to(addressed)

    def _command(self, head: dict[str, Any], name: str, rest: str, words: str) -> Inbound:
        """A command as the sentence it stands for; one that is none of ours as it was written."""
        if name == "start":
            return inbound.Joined(**head, start=rest if _START.fullmatch(rest) else None)
        command = COMMANDS[language(head["locale"], self._languages)].get(name)
        said = f"{command.says} {rest}".strip() if command else words
        return inbound.Text(**head, text=said)


def _migrated(head: dict[str, Any], event: Fields) -> Inbound | None:
    """A group has become a supergroup, whose id is another: both chats tell so."""
    account: Account = head["account"]
    to = integer(event.get("migrate_to_chat_id"))
    former = integer(event.get("migrate_from_chat_id"))
    if not head["shared"] or not (to or former):
        return None
    ids = (account.user, str(to)) if to else (str(former), account.user)
    return inbound.Migrated(**{**head, "account": Account(CHANNEL, ids[1])}, former=ids[0])
