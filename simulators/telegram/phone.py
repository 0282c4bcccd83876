"""Phones over HTTP: what stands on a screen as JSON, and what its owner does."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from json import JSONDecodeError
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from simulators.telegram.chats import Chat, Person, Shown
from simulators.telegram.faults import MOODS
from simulators.telegram.platform import Platform, command_text
from simulators.telegram.refusals import Refused, bad_request

LARGEST_BODY = 5 * 1024 * 1024
Act = Callable[[Person, dict[str, Any]], Any]


class Phones:
    """The phone of every person, by their number."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._acts: dict[str, Act] = {
            "text": lambda who, body: platform.send(who, command_text(_text(body, "text"))),
            "start": lambda who, body: platform.start(who, str(body.get("payload", ""))),
            "tap": self._tap,
            "location": self._location,
            "contact": self._contact,
            "edit": lambda who, body: platform.edit(who, _number(body), _text(body, "text")),
            "block": lambda who, body: platform.block(who),
            "unblock": lambda who, body: platform.unblock(who),
        }

    def routes(self) -> Sequence[BaseRoute]:
        """`/phone/{user}` to look at, `/phone/{user}/{act}` to use it, `/mood` to make trouble."""
        return [
            Route("/phone/{user:int}", self.look, methods=["GET"]),
            Route("/phone/{user:int}/image", self.photo, methods=["POST"]),
            Route("/phone/{user:int}/{act}", self.act, methods=["POST"]),
            Route("/mood", self.mood, methods=["GET", "POST"]),
        ]

    async def look(self, request: Request) -> Response:
        """The screen."""
        return JSONResponse(self.screen(self._owner(request)))

    async def act(self, request: Request) -> Response:
        """The owner does something; the screen afterwards."""
        act = self._acts.get(request.path_params["act"])
        if act is None:
            return Response(status_code=404)
        return await self._answer(request, lambda who: self._do(act, who, request))

    async def photo(self, request: Request) -> Response:
        """The owner sends a picture: the body is its bytes."""
        return await self._answer(request, lambda who: self._photo(who, request))

    async def mood(self, request: Request) -> Response:
        """How the platform is; changed by `{"mood": …}`."""
        if request.method == "POST":
            wanted = (await request.json()).get("mood")
            if wanted not in MOODS:
                return JSONResponse({"error": "no such mood"}, 400)
            self._platform.faults.mood = wanted
        return JSONResponse({"mood": self._platform.faults.mood, "moods": MOODS})

    async def _answer(self, request: Request, act: Callable[[Person], Awaitable[None]]) -> Response:
        who = self._owner(request)
        try:
            await act(who)
        except Refused as refusal:
            return JSONResponse({"error": refusal.description}, refusal.status)
        except JSONDecodeError:
            return JSONResponse({"error": "not JSON"}, 400)
        return JSONResponse(self.screen(who), 201)

    async def _do(self, act: Act, who: Person, request: Request) -> None:
        body = await request.json() if await request.body() else {}
        act(who, body if isinstance(body, dict) else {})

    def _owner(self, request: Request) -> Person:
        return self._platform.person(request.path_params["user"])

    # Acts --------------------------------------------------------------------------------------

    def _tap(self, who: Person, body: dict[str, Any]) -> None:
        self._platform.tap(who, _number(body), _text(body, "tap"))

    def _location(self, who: Person, body: dict[str, Any]) -> None:
        try:
            place = {"latitude": float(body["lat"]), "longitude": float(body["lng"])}
        except (KeyError, TypeError, ValueError):
            raise bad_request("lat and lng are needed") from None
        self._platform.send(who, {"location": place})

    def _contact(self, who: Person, body: dict[str, Any]) -> None:
        """One's own number unless another is given."""
        other = body.get("phone")
        contact = {"phone_number": str(other or who.phone), "first_name": who.name}
        self._platform.send(who, {"contact": contact if other else {**contact, "user_id": who.id}})

    async def _photo(self, who: Person, request: Request) -> None:
        content = await request.body()
        if not 0 < len(content) <= LARGEST_BODY:
            raise bad_request("a picture of at most 5 MB is needed")
        self._platform.send(who, photo(self._platform, content))

    # The screen --------------------------------------------------------------------------------

    def screen(self, who: Person) -> dict[str, Any]:
        """What the owner sees."""
        chat, bot = self._platform.private(who), self._platform.bot
        code = who.language if who.language in bot.commands else ""
        return {
            "user": str(who.id),
            "name": who.name,
            "language": who.language,
            "bot": {
                "name": bot.name,
                "username": bot.username,
                "description": bot.description.get(code, ""),
            },
            "commands": bot.commands.get(code, []),
            "started": chat.started,
            "blocked": bool(chat.barred),
            "typing": chat.typing_until > time.time(),
            "keyboard": [[_asking(button) for button in row] for row in chat.keyboard],
            "messages": [_on_screen(chat, shown) for shown in chat.messages],
        }


def photo(platform: Platform, content: bytes, caption: str = "") -> dict[str, Any]:
    """A picture as a message; the platform makes a small one beside it."""
    sizes = [
        {
            "file_id": platform.keep_file("photos/file_{number}.jpg", kept),
            "file_unique_id": f"AQAD{side}",
            "file_size": len(kept),
            "width": side,
            "height": side,
        }
        for side, kept in ((90, content[:1]), (1280, content))
    ]
    return {"photo": sizes, "caption": caption} if caption else {"photo": sizes}


def _on_screen(chat: Chat, shown: Shown) -> dict[str, Any]:
    content = shown.content
    found: dict[str, Any] = {
        "id": shown.id,
        "from": "account" if shown.author == "bot" else "customer",
        "at": datetime.fromtimestamp(shown.at, UTC).isoformat(),
        "text": content.get("text") or content.get("caption") or "",
        "edited": shown.edited,
        "buttons": [
            [{"label": b["text"], "tap": b.get("callback_data"), "url": b.get("url")} for b in row]
            for row in (shown.markup or {}).get("inline_keyboard", [])
        ],
    }
    if photos := content.get("photo"):
        found["picture"] = {"url": photos[-1]["file_id"] if shown.author == "bot" else ""}
    if location := content.get("location"):
        venue = content.get("venue", {})
        found["place"] = {
            "name": venue.get("title", ""),
            "address": venue.get("address", ""),
            "lat": location["latitude"],
            "lng": location["longitude"],
        }
    if contact := content.get("contact"):
        found["contact"] = contact["phone_number"]
    return found


def _asking(button: dict[str, Any]) -> dict[str, Any]:
    """A button of the keyboard below; it sends its label unless it asks for something."""
    for asks in ("contact", "location"):
        if button.get(f"request_{asks}"):
            return {"label": button["text"], "asks": asks}
    return {"label": button["text"], "asks": None}


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 4096:
        raise bad_request(f"{name} is needed")
    return value


def _number(body: dict[str, Any]) -> int:
    value = body.get("message")
    if not isinstance(value, int):
        raise bad_request("message is needed: the id of one")
    return value
