"""LINE's own memory: people, chats, tokens, keys and quota, and the rules they follow."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from simulators.line import rules
from simulators.line.mischief import Mischief, Now

TOKEN_SECONDS = 60
TOKEN_AFTER_EVENT_SECONDS = 20 * 60
RETRY_KEY_SECONDS = 24 * 3600
REACHABLE_SECONDS = 7 * 24 * 3600
BOT_ID = "U" + "b07" * 10 + "b0"


class Refused(Exception):
    """LINE's answer to a call that breaks a rule."""

    def __init__(
        self, status: int, message: str, details: list[rules.Fault] | None = None, **more: Any
    ) -> None:
        self.status = status
        self.body: dict[str, Any] = {"message": message, **more}
        if details:
            self.body["details"] = [{"message": m, "property": p} for m, p in details]
        super().__init__(message)


@dataclass
class Chat:
    """One talk as its people see it: with one person, or of a group."""

    id: str
    name: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    quick_replies: list[dict[str, Any]] = field(default_factory=list)
    friend: bool = True
    wrote_at: float = 0.0
    read_up_to: str | None = None
    loading_until: float = 0.0
    language: str | None = "ja"
    members: int = 1
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at the next message, and new from then on."""

    def show(self, message: dict[str, Any]) -> None:
        """One more message on everybody's screen."""
        self.messages.append(message)
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()


@dataclass
class ReplyToken:
    """A reply token: good once, for a minute after its webhook was received."""

    chat: str
    event_at: float
    received_at: float
    used: bool = False


@dataclass
class Content:
    """What a customer sent; LINE prepares it for `not_ready` more calls."""

    data: bytes
    content_type: str
    not_ready: int = 0
    unsent: bool = False


class Platform:
    """Everything LINE remembers. `now` is seconds since 1970."""

    def __init__(self, access_token: str, now: Now = time.time) -> None:
        self.access_token = access_token
        self.now = now
        self.mischief = Mischief()
        self.account = {
            "userId": BOT_ID,
            "basicId": "@000madog",
            "displayName": "窓口",
            "chatMode": "bot",
            "markAsReadMode": "manual",
        }
        self.chats: dict[str, Chat] = {}
        self.reply_tokens: dict[str, ReplyToken] = {}
        self.read_tokens: dict[str, tuple[str, str]] = {}
        self.contents: dict[str, Content] = {}
        self.link_tokens: dict[str, tuple[str, float]] = {}
        self.quota: int | None = 200
        self.pushed = 0
        self.replied = 0
        self.menus: dict[str, dict[str, Any]] = {}
        self.menu_pictures: dict[str, bytes] = {}
        self.default_menu: str | None = None
        self.calls: list[dict[str, Any]] = []
        self._retry_keys: dict[str, tuple[float, str, list[dict[str, str]]]] = {}
        self._ids = 461230966842064896

    # People ----------------------------------------------------------------------------------

    def chat(self, name: str) -> Chat:
        """Somebody's chat with the account, by their name or their id; made when it is new."""
        known = len(name) == 33 and name[0] in "UCR"
        chat_id = name if known else "U" + hashlib.sha256(name.encode()).hexdigest()[:32]
        return self.chats.setdefault(chat_id, Chat(chat_id, name))

    def group(self, name: str, members: int = 3) -> Chat:
        """A group the account has been asked into."""
        chat_id = "C" + hashlib.sha256(name.encode()).hexdigest()[:32]
        return self.chats.setdefault(chat_id, Chat(chat_id, name, members=members))

    def new_id(self) -> str:
        """A message id."""
        self._ids += 1
        return str(self._ids)

    def wrote(self, chat: Chat, shown: dict[str, Any]) -> dict[str, Any]:
        """Somebody's own message, as the chat shows it; quick replies go."""
        message = {"id": self.new_id(), "from": "customer", "at": self.now(), **shown}
        chat.show(message)
        chat.quick_replies = []
        chat.wrote_at = self.now()
        return message

    def reply_token(self, chat: Chat, event_at: float) -> str:
        """A new token; its minute begins when the webhook arrives."""
        token = secrets.token_hex(16)
        self.reply_tokens[token] = ReplyToken(chat.id, event_at, self.now())
        return token

    # Sending ---------------------------------------------------------------------------------

    def reply(self, body: dict[str, Any], retry_key: str | None) -> list[dict[str, str]]:
        """A free answer."""
        if retry_key is not None:
            raise Refused(400, "The retry key cannot be used with this endpoint")
        self._check(body)
        token = self.reply_tokens.get(str(body.get("replyToken")))
        if token is None or not self._good(token):
            raise Refused(400, "Invalid reply token")
        token.used = True
        self.replied += 1
        return self._shown(self.chats[token.chat], body["messages"])

    def _good(self, token: ReplyToken) -> bool:
        now = self.now()
        fresh = now - token.received_at <= TOKEN_SECONDS
        return fresh and now - token.event_at <= TOKEN_AFTER_EVENT_SECONDS and not token.used

    def push(self, body: dict[str, Any], retry_key: str | None) -> list[dict[str, str]]:
        """A message that counts, one for each who receives it."""
        if retry_key is not None:
            self._known_key(retry_key)
        self._check(body)
        chat = self._receiver(body.get("to"))
        near = chat.friend or self.now() - chat.wrote_at <= REACHABLE_SECONDS
        reached = chat.members if near and chat.friend else 0
        if self.quota is not None and reached and self.pushed + reached > self.quota:
            raise Refused(429, "You have reached your monthly limit.")
        self.pushed += reached
        # Somebody who blocked the account gets nothing, and LINE says 200 all the same.
        sent = self._shown(chat, body["messages"]) if reached else self._ids_for(body["messages"])
        if retry_key is not None:
            self._retry_keys[retry_key.lower()] = (self.now(), secrets.token_hex(8), sent)
        return sent

    def _receiver(self, to: Any) -> Chat:
        if isinstance(to, str) and to in self.chats:
            return self.chats[to]
        if isinstance(to, str) and len(to) == 33 and to[0] in "UCR":
            raise Refused(400, "Failed to send messages")
        raise Refused(400, "The property, 'to', in the request body is invalid")

    def _known_key(self, retry_key: str) -> None:
        try:
            uuid.UUID(retry_key)
        except ValueError:
            raise Refused(400, "The retry key is invalid") from None
        at, request_id, sent = self._retry_keys.get(retry_key.lower(), (0.0, "", []))
        if self.now() - at <= RETRY_KEY_SECONDS:
            refusal = Refused(409, "The retry key is already accepted", sentMessages=sent)
            refusal.body["x-line-accepted-request-id"] = request_id
            raise refusal

    def _check(self, body: dict[str, Any]) -> None:
        if found := rules.faults(body.get("messages")):
            raise Refused(400, f"The request body has {len(found)} error(s)", found)

    def _shown(self, chat: Chat, messages: list[dict[str, Any]]) -> list[dict[str, str]]:
        sent = self._ids_for(messages)
        for given, known in zip(messages, sent, strict=True):
            name = given.get("sender", {}).get("name") or self.account["displayName"]
            shown = {"id": known["id"], "from": "account", "at": self.now(), "name": name}
            chat.show({**shown, **{k: v for k, v in given.items() if k != "quickReply"}})
        items = messages[-1].get("quickReply", {}).get("items", [])
        chat.quick_replies = [item["action"] for item in items]
        chat.loading_until = 0.0
        return sent

    def _ids_for(self, messages: list[dict[str, Any]]) -> list[dict[str, str]]:
        return [{"id": self.new_id(), "quoteToken": secrets.token_hex(8)} for _ in messages]

    # Courtesies ------------------------------------------------------------------------------

    def start_loading(self, body: dict[str, Any]) -> None:
        """The animation in a chat with one person."""
        seconds, chat_id = body.get("loadingSeconds", 20), body.get("chatId")
        if seconds not in range(5, 61, 5):
            raise Refused(400, "The property, 'loadingSeconds', in the request body is invalid")
        if not isinstance(chat_id, str) or not chat_id.startswith("U"):
            raise Refused(400, "The property, 'chatId', in the request body is invalid")
        if chat_id in self.chats:
            self.chats[chat_id].loading_until = self.now() + seconds

    def mark_as_read(self, token: Any) -> None:
        """Everything up to a message has been read."""
        if token not in self.read_tokens:
            raise Refused(400, "Invalid mark as read token")
        chat_id, message_id = self.read_tokens[token]
        self.chats[chat_id].read_up_to = message_id

    def profile(self, user: str) -> dict[str, Any]:
        """Who somebody is; unknown for those who blocked the account."""
        chat = self.chats.get(user)
        if chat is None or not chat.friend:
            raise Refused(404, "Not found")
        told = {"userId": chat.id, "displayName": chat.name}
        return told | ({"language": chat.language} if chat.language else {})

    def link_token(self, user: str) -> str:
        """A token for linking an account, good once and for ten minutes."""
        if user not in self.chats:
            raise Refused(404, "Not found")
        token = secrets.token_urlsafe(24)
        self.link_tokens[token] = (user, self.now() + 600)
        return token
