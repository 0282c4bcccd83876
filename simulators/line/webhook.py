"""The other direction: events, signed as LINE signs them, posted to the counter."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

import httpx

from simulators.line.platform import BOT_ID, Chat, Platform

ANSWER_SECONDS = 2.0
"""LINE waits this long for the answer to a webhook call."""
PATH = "/webhooks/line"
_ULID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
QUOTABLE = frozenset({"text", "image", "video", "sticker"})


def signature(secret: str, body: bytes) -> str:
    """What stands in `x-line-signature`."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Webhook:
    """Posts what happens to the counter at `address`. Kept back, events wait in `waiting`."""

    def __init__(self, platform: Platform, secret: str, address: str) -> None:
        self._platform = platform
        self._secret = secret
        self.address = address
        self.endpoint: str | None = None
        self.active = True
        self.keeps_back = False
        self.waiting: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self._last = 0.0
        # Shorter than servers keep idle connections: an event must not meet a closing one.
        limits = httpx.Limits(keepalive_expiry=3)
        self._http = httpx.AsyncClient(timeout=ANSWER_SECONDS, limits=limits, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def event(
        self, kind: str, chat: Chat, *, reply: bool = True, user: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """An event of now."""
        # No two events of one moment: their order would be lost with the milliseconds.
        at = self._last = max(self._platform.now(), self._last + 0.001)
        event = {
            "type": kind,
            "mode": "active",
            "timestamp": int(at * 1000),
            "source": _source(chat, user),
            "webhookEventId": _ulid(at),
            "deliveryContext": {"isRedelivery": False},
            **more,
        }
        if reply:
            event["replyToken"] = self._platform.reply_token(chat, at)
        return event

    def message(
        self, chat: Chat, shown: dict[str, Any], content: dict[str, Any], user: str | None = None
    ) -> dict[str, Any]:
        """The event of a message that was written."""
        token = secrets.token_urlsafe(48)
        self._platform.read_tokens[token] = (chat.id, shown["id"])
        message = {"id": shown["id"], "markAsReadToken": token, **content}
        if content["type"] in QUOTABLE:
            message["quoteToken"] = secrets.token_urlsafe(24)
        return self.event("message", chat, user=user, message=message)

    async def deliver(self, *events: dict[str, Any]) -> int:
        """Post these events in one call; the status of the answer, 0 where none came."""
        if self.keeps_back:
            self.waiting += events
            return 0
        self.sent += events
        for event in events:
            if token := self._platform.reply_tokens.get(event.get("replyToken", "")):
                token.received_at = self._platform.now()
        body = json.dumps({"destination": BOT_ID, "events": events}, ensure_ascii=False).encode()
        return await self.post(body, signature(self._secret, body))

    async def redeliver(self, *events: dict[str, Any], flagged: bool = True) -> int:
        """The same events once more, as after an answer that was no success."""
        again = copy.deepcopy(list(events))
        for event in again:
            event["deliveryContext"]["isRedelivery"] = flagged
        return await self.deliver(*again)

    async def release(self, *, backwards: bool = False) -> None:
        """Post what was kept back, each by itself, in the order it happened or the other way."""
        self.keeps_back = False
        waiting, self.waiting = self.waiting, []
        for event in reversed(waiting) if backwards else waiting:
            await self.deliver(event)

    async def post(self, body: bytes, signed: str) -> int:
        """Post a body as it is."""
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "LineBotWebhook/2.0",
            "x-line-signature": signed,
        }
        try:
            answer = await self._http.post(self.address + PATH, content=body, headers=headers)
        except httpx.HTTPError:
            return 0
        return answer.status_code

    async def test(self) -> dict[str, Any]:
        """LINE's own try of the webhook: a call without events."""
        body = json.dumps({"destination": BOT_ID, "events": []}).encode()
        status = await self.post(body, signature(self._secret, body))
        reasons = {200: "OK", 0: "COULD_NOT_CONNECT"}
        return {
            "success": status == 200,
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(self._platform.now())),
            "statusCode": status,
            "reason": reasons.get(status, "ERROR_STATUS_CODE"),
            "detail": str(status or "no answer"),
        }


def _source(chat: Chat, user: str | None) -> dict[str, str]:
    match chat.id[0]:
        case "C":
            return {"type": "group", "groupId": chat.id} | ({"userId": user} if user else {})
        case "R":
            return {"type": "room", "roomId": chat.id} | ({"userId": user} if user else {})
    return {"type": "user", "userId": chat.id}


def _ulid(at: float) -> str:
    value = (int(at * 1000) << 80) | secrets.randbits(80)
    return "".join(_ULID[(value >> shift) & 31] for shift in range(125, -5, -5))
