"""A customer's phone: what they see, and what they do with it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from simulators.line.platform import BOT_ID, Chat, Content, Platform
from simulators.line.rules import DATES
from simulators.line.webhook import Webhook

STICKER = {
    "packageId": "446",
    "stickerId": "1988",
    "stickerResourceType": "STATIC",
    "keywords": ["Thank you", "bow"],
}


class Phone:
    """One chat on LINE, in the hands of `user`; in a group they are one of several."""

    def __init__(self, platform: Platform, webhook: Webhook, chat: Chat, user: str | None) -> None:
        self._platform = platform
        self._webhook = webhook
        self.chat = chat
        self._user = user

    # What is seen ----------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """The screen as JSON."""
        chat, platform = self.chat, self._platform
        menu = platform.menus.get(platform.default_menu or "")
        return {
            "id": chat.id,
            "name": chat.name,
            "account": platform.account["displayName"],
            "friend": chat.friend,
            "messages": chat.messages,
            "quick_replies": chat.quick_replies,
            "read_up_to": chat.read_up_to,
            "loading": platform.now() < chat.loading_until,
            "menu": menu and {**menu, "id": platform.default_menu},
        }

    def said(self) -> list[str]:
        """The account's words, oldest first; cards and the like by their alternative text."""
        return [
            message.get("text") or message.get("altText") or message.get("title") or ""
            for message in self.chat.messages
            if message["from"] == "account"
        ]

    def actions(self) -> list[dict[str, Any]]:
        """Everything that can be tapped: quick replies, buttons of messages newest first, menu."""
        buttons = [list(_actions(message)) for message in reversed(self.chat.messages)]
        menu = self._platform.menus.get(self._platform.default_menu or "", {})
        return [
            *self.chat.quick_replies,
            *(action for each in buttons for action in each),
            *(area["action"] for area in menu.get("areas", ())),
        ]

    # What is done ----------------------------------------------------------------------------

    async def write(self, text: str, **content: Any) -> dict[str, Any]:
        """Write a text; `content` are further fields of the message (mention, quotedMessageId)."""
        shown = self._platform.wrote(self.chat, {"type": "text", "text": text})
        return await self._sent(shown, {"type": "text", "text": text, **content})

    async def mention(self, text: str) -> dict[str, Any]:
        """Write to the account by its name, in a group."""
        name = f"@{self._platform.account['displayName']}"
        self_ = {"index": 0, "length": len(name), "type": "user", "userId": BOT_ID, "isSelf": True}
        return await self.write(f"{name} {text}", mention={"mentionees": [self_]})

    async def tap(self, action: Mapping[str, Any]) -> dict[str, Any] | None:
        """Tap something that is there, given as its action. Raises `LookupError` if it is not.

        What opens something to choose in, such as a map, does nothing yet: see `pick` and
        `share_location`.
        """
        if action not in self.actions():
            raise LookupError("there is no such button")
        match action["type"]:
            case "message":
                return await self.write(action["text"])
            case "postback":
                if said := action.get("displayText"):
                    self._platform.wrote(self.chat, {"type": "text", "text": said})
                postback = {"data": action["data"]}
                event = self._webhook.event(
                    "postback", self.chat, user=self._user, postback=postback
                )
                await self._webhook.deliver(event)
                return event
        return None  # the phone does the others by itself

    async def tap_label(self, label: str) -> dict[str, Any] | None:
        """Tap the newest button with this label."""
        found = [action for action in self.actions() if action.get("label") == label]
        if not found:
            labels = [action.get("label") for action in self.actions()]
            raise LookupError(f"no {label!r} among {labels}")
        return await self.tap(found[0])

    async def pick(self, data: str, **params: str) -> dict[str, Any]:
        """Pick a day or time with a picker that carries `data`."""
        postback = {"data": data, "params": params}
        event = self._webhook.event("postback", self.chat, user=self._user, postback=postback)
        await self._webhook.deliver(event)
        return event

    async def pick_with(self, action: Mapping[str, Any], picked: str) -> dict[str, Any]:
        """Pick with a picker that is there, in the form of its mode.

        Raises `LookupError` where there is none, and for what it does not let one pick.
        """
        if action not in self.actions() or action["type"] != "datetimepicker":
            raise LookupError("there is no such picker")
        mode = action["mode"]
        allowed = action.get("min", picked) <= picked <= action.get("max", picked)
        if not DATES[mode].fullmatch(picked) or not allowed:
            raise LookupError("that cannot be picked")
        return await self.pick(action["data"], **{mode: picked})

    async def share_location(
        self, lat: float, lng: float, title: str | None = None, address: str | None = None
    ) -> dict[str, Any]:
        """Send a place."""
        content: dict[str, Any] = {"type": "location", "latitude": lat, "longitude": lng}
        content |= {"title": title} if title else {}
        content |= {"address": address} if address else {}
        return await self._sent(self._platform.wrote(self.chat, content), content)

    async def send_sticker(self) -> dict[str, Any]:
        """Send a sticker that says thanks."""
        content = {"type": "sticker", **STICKER}
        return await self._sent(self._platform.wrote(self.chat, content), content)

    async def send_picture(
        self, data: bytes, content_type: str = "image/jpeg", *, not_ready: int = 0
    ) -> dict[str, Any]:
        """Send a picture; LINE needs `not_ready` more calls until it can give it out."""
        shown = self._platform.wrote(self.chat, {"type": "image"})
        self._platform.contents[shown["id"]] = Content(data, content_type, not_ready)
        content = {"type": "image", "contentProvider": {"type": "line"}}
        return await self._sent(shown, content)

    async def follow(self) -> dict[str, Any]:
        """Add the account as a friend, or let it in again."""
        unblocked = not self.chat.friend
        self.chat.friend = True
        event = self._webhook.event("follow", self.chat, follow={"isUnblocked": unblocked})
        await self._webhook.deliver(event)
        return event

    async def block(self) -> dict[str, Any]:
        """Block the account."""
        self.chat.friend = False
        event = self._webhook.event("unfollow", self.chat, reply=False)
        await self._webhook.deliver(event)
        return event

    async def unsend(self, message_id: str) -> dict[str, Any]:
        """Take a message back."""
        for message in self.chat.messages:
            if message["id"] == message_id:
                kept = {k: message[k] for k in ("id", "from", "at")}
                message.clear()
                message.update(kept, type="unsent")
        if content := self._platform.contents.get(message_id):
            content.unsent = True
        detail = {"messageId": message_id}
        event = self._webhook.event(
            "unsend", self.chat, reply=False, user=self._user, unsend=detail
        )
        await self._webhook.deliver(event)
        return event

    async def _sent(self, shown: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        event = self._webhook.message(self.chat, shown, content, self._user)
        await self._webhook.deliver(event)
        return event


async def link(platform: Platform, webhook: Webhook, token: str, nonce: str) -> str | None:
    """The end of LINE's account link: the user it was for, None for a dead token."""
    user, until = platform.link_tokens.pop(token, ("", 0.0))
    if platform.now() > until or not 10 <= len(nonce) <= 255:
        return None
    event = webhook.event(
        "accountLink", platform.chats[user], link={"result": "ok", "nonce": nonce}
    )
    await webhook.deliver(event)
    return user


def photo() -> bytes:
    """Some bytes that begin as a JPEG does."""
    return b"\xff\xd8\xff\xe0" + secrets.token_bytes(2000) + b"\xff\xd9"


def _actions(part: Any) -> Iterator[dict[str, Any]]:
    match part:
        case {"type": "button", "action": dict(action)}:
            yield action
        case dict():
            for inner in part.values():
                yield from _actions(inner)
        case list():
            for inner in part:
                yield from _actions(inner)
