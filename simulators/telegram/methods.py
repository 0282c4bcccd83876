"""The methods of the Bot API that a counter needs (core.telegram.org/bots/api)."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from simulators.telegram.chats import Chat, Shown
from simulators.telegram.keyboards import asks_for_more
from simulators.telegram.platform import CALLBACK_SECONDS, Platform
from simulators.telegram.refusals import bad_request
from simulators.telegram.updates import Webhook, check_url

Given = dict[str, Any]
LARGEST_FILE = 20 * 1024 * 1024
TYPING_SECONDS = 5
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif")
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Methods:
    """What a bot calls, done to a platform; parameters are checked already."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.by_name: dict[str, Callable[[Given], Awaitable[Any]]] = {
            "getMe": self.get_me,
            "getUpdates": self.get_updates,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": self.get_webhook_info,
            "sendMessage": self.send_message,
            "sendPhoto": self.send_photo,
            "sendVenue": self.send_venue,
            "sendChatAction": self.send_chat_action,
            "answerCallbackQuery": self.answer_callback_query,
            "editMessageReplyMarkup": self.edit_message_reply_markup,
            "setMyCommands": self.set_my_commands,
            "getMyCommands": self.get_my_commands,
            "setMyDescription": self.set_my_description,
            "setMyShortDescription": self.set_my_short_description,
            "getFile": self.get_file,
            "getChat": self.get_chat,
        }

    async def get_me(self, given: Given) -> Any:
        return {
            **self._platform.bot.as_user(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    # Updates -----------------------------------------------------------------------------------

    async def get_updates(self, given: Given) -> Any:
        updates = self._platform.updates
        self._allow(given)
        return await updates.fetch(
            given.get("offset", 0), given.get("limit", 100), given.get("timeout", 0)
        )

    async def set_webhook(self, given: Given) -> Any:
        url = given["url"]
        if not url:
            return await self.delete_webhook(given)
        check_url(url, lenient=self._platform.lenient)
        self._allow(given)
        self._drop(given)
        secret, connections = given.get("secret_token", ""), given.get("max_connections", 40)
        self._platform.updates.set_webhook(Webhook(url, secret, connections))
        return True

    async def delete_webhook(self, given: Given) -> Any:
        self._drop(given)
        self._platform.updates.set_webhook(None)
        return True

    async def get_webhook_info(self, given: Given) -> Any:
        updates = self._platform.updates
        webhook = updates.webhook
        info: dict[str, Any] = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(updates.pending),
        }
        if updates.allowed is not None:
            info["allowed_updates"] = sorted(updates.allowed)
        if webhook is not None:
            info["max_connections"] = webhook.connections
            if webhook.error:
                info["last_error_date"], info["last_error_message"] = webhook.error
        return info

    def _allow(self, given: Given) -> None:
        if "allowed_updates" in given:
            self._platform.updates.allowed = frozenset(given["allowed_updates"]) or None

    def _drop(self, given: Given) -> None:
        if given.get("drop_pending_updates"):
            self._platform.updates.pending.clear()

    # Sending -----------------------------------------------------------------------------------

    async def send_message(self, given: Given) -> Any:
        if not given["text"].strip():
            raise bad_request("message text is empty")
        return self._sent(given, {"text": given["text"]})

    async def send_photo(self, given: Given) -> Any:
        photo = given["photo"]
        known = photo in self._platform.files
        if not known and not photo.startswith(("https://", "http://")):
            raise bad_request("wrong file identifier/HTTP URL specified")
        if not known and not photo.partition("?")[0].lower().endswith(PICTURES):
            raise bad_request("wrong type of the web page content")
        size = {"file_id": photo, "file_unique_id": photo[-16:], "width": 800, "height": 800}
        content = {"photo": [size], "caption": given.get("caption", "")}
        return self._sent(given, content)

    async def send_venue(self, given: Given) -> Any:
        location = {name: given[name] for name in ("latitude", "longitude")}
        venue = {"location": location, "title": given["title"], "address": given["address"]}
        return self._sent(given, {"venue": venue, "location": location})

    def _sent(self, given: Given, content: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(given)
        content |= self._quoted(chat, given)
        markup = given.get("reply_markup")
        if asks_for_more(markup) and chat.kind != "private":
            raise bad_request("phone number and location can be requested in private chats only")
        shown = self._platform.show(chat, "bot", content)
        shown.markup = markup
        if isinstance(markup, dict) and "keyboard" in markup:
            chat.keyboard = markup["keyboard"]
        if isinstance(markup, dict) and "remove_keyboard" in markup:
            chat.keyboard = []
        chat.typing_until = 0.0
        return self._platform.as_message(chat, shown)

    def _chat(self, given: Given) -> Chat:
        chat = self._platform.find(given["chat_id"])
        chat.admit()
        return chat

    def _quoted(self, chat: Chat, given: Given) -> dict[str, Any]:
        reply = given.get("reply_parameters")
        if reply is None:
            return {}
        found: Shown | None = next((s for s in chat.messages if s.id == reply["message_id"]), None)
        if found is not None:
            return {"reply_to_message": self._platform.as_message(chat, found)}
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")

    async def send_chat_action(self, given: Given) -> Any:
        self._chat(given).typing_until = time.time() + TYPING_SECONDS
        return True

    async def answer_callback_query(self, given: Given) -> Any:
        callback = self._platform.callbacks.get(given["callback_query_id"])
        too_old = callback is None or time.time() - callback.at > CALLBACK_SECONDS
        if callback is None or callback.answered or too_old:
            raise bad_request(TOO_OLD)
        callback.answered, callback.notice = True, given.get("text", "")
        return True

    async def edit_message_reply_markup(self, given: Given) -> Any:
        chat = self._chat(given)
        shown = chat.find(given["message_id"])
        if shown.author != "bot":
            raise bad_request("message can't be edited")
        markup = given.get("reply_markup")
        if (shown.markup or None) == markup:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        shown.markup = markup
        return self._platform.as_message(chat, shown)

    # About the bot, chats and files ------------------------------------------------------------

    async def set_my_commands(self, given: Given) -> Any:
        self._platform.bot.commands[given.get("language_code", "")] = given["commands"]
        return True

    async def get_my_commands(self, given: Given) -> Any:
        return self._platform.bot.commands.get(given.get("language_code", ""), [])

    async def set_my_description(self, given: Given) -> Any:
        language = given.get("language_code", "")
        self._platform.bot.description[language] = given.get("description", "")
        return True

    async def set_my_short_description(self, given: Given) -> Any:
        language = given.get("language_code", "")
        self._platform.bot.short_description[language] = given.get("short_description", "")
        return True

    async def get_chat(self, given: Given) -> Any:
        chat = self._platform.find(given["chat_id"])
        required = {"accent_color_id": 0, "max_reaction_count": 11}
        gifts = dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            True,
        )
        return {**chat.as_chat(), **required, "accepted_gift_types": gifts}

    async def get_file(self, given: Given) -> Any:
        found = self._platform.files.get(given["file_id"])
        if found is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        path, content = found
        if len(content) > LARGEST_FILE:
            raise bad_request("file is too big")
        return {
            "file_id": given["file_id"],
            "file_unique_id": given["file_id"][-16:],
            "file_size": len(content),
            "file_path": path,
        }
