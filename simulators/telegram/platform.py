"""The platform's memory of one bot: its chats, files and settings, and what people do in them."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from simulators.telegram.chats import Chat, Kind, Person, Shown
from simulators.telegram.faults import Faults
from simulators.telegram.refusals import bad_request
from simulators.telegram.updates import Update, Updates

CALLBACK_SECONDS = 150
FIRST_UPDATE = 900_000_000
ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
"""Stands for a chat that speaks for itself."""
KEPT = 10_000
"""Of calls and taps so many are remembered, and of messages in one chat."""


@dataclass
class Callback:
    """A tap that waits to be acknowledged; `at` in Unix seconds."""

    chat: Chat
    at: float
    answered: bool = False
    notice: str = ""


@dataclass(frozen=True)
class Call:
    """One call the bot made, and the status it was answered with."""

    method: str
    parameters: dict[str, Any]
    status: int


@dataclass
class Bot:
    """What the bot has told about itself, by language code; "" is everybody else's."""

    id: int
    token: str
    username: str
    name: str
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    short_description: dict[str, str] = field(default_factory=dict)

    def as_user(self) -> dict[str, Any]:
        """As the Bot API writes a `User`."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.name,
            "username": self.username,
        }


class Platform:
    """Telegram as one bot knows it.

    `lenient`: webhooks may be plain http, as with a Bot API server of one's own. `retry_seconds`
    is the pause before a failed webhook call is made for the third time.
    """

    def __init__(
        self,
        token: str,
        *,
        username: str = "madoguchi_demo_bot",
        name: str = "Madoguchi",
        lenient: bool = True,
        retry_seconds: float = 1.0,
    ) -> None:
        self.bot = Bot(int(token.partition(":")[0]), token, username, name)
        self.lenient = lenient
        self.faults = Faults()
        self.updates = Updates(FIRST_UPDATE, retry_seconds)
        self.chats: dict[str, Chat] = {}
        self.people: dict[int, Person] = {}
        self.callbacks: dict[str, Callback] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.calls: list[Call] = []
        self._numbers = itertools.count(1)

    def person(self, id: int, name: str = "客", language: str = "ja") -> Person:
        """Somebody with a phone; made up where nobody knew them."""
        phone = f"8190{id % 10**8:08d}"
        return self.people.setdefault(id, Person(id, name, language, phone))

    def chat(self, id: int | str, kind: Kind = "private", title: str = "") -> Chat:
        """A chat; made up where nobody knew it."""
        return self.chats.setdefault(str(id), Chat(id, kind, title))

    def private(self, person: Person) -> Chat:
        """A person's chat with the bot."""
        return self.chat(person.id, "private", person.name)

    def find(self, chat_id: str) -> Chat:
        """A chat the bot has met. Raises `Refused`."""
        if chat_id not in self.chats:
            raise bad_request("chat not found")
        return self.chats[chat_id]

    # What people do ----------------------------------------------------------------------------

    def send(self, person: Person, content: dict[str, Any], chat: Chat | None = None) -> Shown:
        """Somebody sends something, in their own chat or in a group."""
        where = chat or self.private(person)
        shown = self.show(where, "customer", content)
        shown.sender = person
        if where.kind == "private":
            where.started = True
            if _closes(where.keyboard, content):
                where.keyboard = []
        if self._reaches_the_bot(where, content):
            self.updates.add(where.id, "message", self.as_message(where, shown))
        return shown

    def _reaches_the_bot(self, chat: Chat, content: dict[str, Any]) -> bool:
        """In groups, bots in privacy mode get commands, replies to them and mentions."""
        words = str(content.get("text", content.get("caption", "")))
        answered = content.get("reply_to_message", {}).get("from", {}).get("id") == self.bot.id
        mentioned = f"@{self.bot.username}" in words
        return chat.kind == "private" or words.startswith("/") or answered or mentioned

    def start(self, person: Person, payload: str = "") -> Shown:
        """Press Start, perhaps by a deep link that brings something along."""
        self.private(person).barred = ""
        return self.send(person, command_text(f"/start {payload}".strip()))

    def tap(self, person: Person, message_id: int, data: str, chat: Chat | None = None) -> str:
        """Press a button under a message; the callback query's id. Raises `Refused`."""
        where = chat or self.private(person)
        where.button(message_id, data)
        query = str(4_000_000_000_000_000_000 + next(self._numbers))
        self.callbacks[query] = Callback(where, time.time())
        if len(self.callbacks) > KEPT:
            del self.callbacks[next(iter(self.callbacks))]
        event = {
            "id": query,
            "from": person.as_user(),
            "message": self.as_message(where, where.find(message_id)),
            "chat_instance": str(where.id),
            "data": data,
        }
        self.updates.add(where.id, "callback_query", event)
        return query

    def edit(self, person: Person, message_id: int, text: str) -> None:
        """Change one's own words. Raises `Refused`."""
        chat = self.private(person)
        shown = chat.find(message_id)
        shown.content, shown.edited = {"text": text}, True
        event = {**self.as_message(chat, shown), "edit_date": int(time.time())}
        self.updates.add(chat.id, "edited_message", event)

    def block(self, person: Person) -> None:
        """Block the bot."""
        self.private(person).barred = "bot was blocked by the user"
        self._membership(person, "member", "kicked")

    def unblock(self, person: Person) -> None:
        """Let it write again."""
        self.private(person).barred = ""
        self._membership(person, "kicked", "member")

    def add_to(self, chat: Chat, person: Person) -> None:
        """Somebody adds the bot to a group."""
        chat.started, chat.barred = True, ""
        self._membership(person, "left", "member", chat)

    def remove_from(self, chat: Chat, person: Person) -> None:
        """Somebody throws it out."""
        chat.barred = f"bot was kicked from the {chat.kind} chat"
        self._membership(person, "member", "kicked", chat)

    def migrate(self, chat: Chat, new_id: int, *, told: bool = True) -> Chat:
        """A group grows into a supergroup, whose id is another; both chats tell the bot so."""
        chat.migrated_to = new_id
        after = self.chat(new_id, "supergroup", chat.title)
        after.started = True
        if told:
            self._tell(chat, {"migrate_to_chat_id": new_id})
            self._tell(after, {"migrate_from_chat_id": chat.id})
        return after

    def _tell(self, chat: Chat, news: dict[str, Any]) -> None:
        """A service message, which nobody wrote."""
        message = self.as_message(chat, Shown(next(self._numbers), "bot", int(time.time()), news))
        self.updates.add(chat.id, "message", {**message, "from": ANONYMOUS})

    def keep_file(self, path: str, content: bytes) -> str:
        """A file somebody sends; its id."""
        number = next(self._numbers)
        file_id = f"AgACAgUAAxkBAAI{number:08d}"
        self.files[file_id] = (path.format(number=number), content)
        return file_id

    def _membership(
        self, person: Person, before: str, after: str, chat: Chat | None = None
    ) -> Update | None:
        where = chat or self.private(person)
        me = self.bot.as_user()
        event = {
            "chat": where.as_chat(),
            "from": person.as_user(),
            "date": int(time.time()),
            "old_chat_member": {"user": me, "status": before},
            "new_chat_member": {"user": me, "status": after},
        }
        return self.updates.add(where.id, "my_chat_member", event)

    # What stands in chats ----------------------------------------------------------------------

    def show(self, chat: Chat, author: Any, content: dict[str, Any]) -> Shown:
        """Put a message on the screen."""
        shown = Shown(next(self._numbers), author, int(time.time()), content)
        chat.messages.append(shown)
        del chat.messages[:-KEPT]
        return shown

    def as_message(self, chat: Chat, shown: Shown) -> dict[str, Any]:
        """As the Bot API writes a `Message`."""
        sender = shown.sender.as_user() if shown.sender else self.bot.as_user()
        message = {
            "message_id": shown.id,
            "from": sender,
            "chat": chat.as_chat(),
            "date": shown.at,
            **shown.content,
        }
        inline = shown.markup if shown.markup and "inline_keyboard" in shown.markup else None
        return {**message, "reply_markup": inline} if inline else message

    async def close(self) -> None:
        """Stop calling the bot."""
        await self.updates.close()


def command_text(words: str) -> dict[str, Any]:
    """Words as a message, a command marked as one."""
    if not words.startswith("/"):
        return {"text": words}
    mark = {"type": "bot_command", "offset": 0, "length": len(words.split()[0])}
    return {"text": words, "entities": [mark]}


def _closes(keyboard: list[list[dict[str, Any]]], content: dict[str, Any]) -> bool:
    """A keyboard that is shown once goes with the press of one of its buttons."""
    labels = {button["text"] for row in keyboard for button in row}
    return content.keys() & {"contact", "location"} != set() or content.get("text") in labels
