"""LINE as one ASGI app: the Messaging API, and the customers' phones at `/phone/…`."""

from __future__ import annotations

import base64
import binascii
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any, get_args

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from simulators.line.api import MessagingApi
from simulators.line.mischief import Mood, Now
from simulators.line.phone import Phone, link, photo
from simulators.line.platform import Platform
from simulators.line.webhook import Webhook


class LineSimulator:
    """A LINE Official Account whose webhook leads to `counter` (`scheme://host:port`).

    `app` is the far side of the wire; `phone` gives a customer's hands and eyes. The endpoint set
    through the API must be https, as on LINE; calls go to `counter` whatever its host.
    """

    def __init__(
        self, counter: str, *, secret: str, access_token: str, now: Now = time.time
    ) -> None:
        self.platform = Platform(access_token, now)
        self.mischief = self.platform.mischief
        self.webhook = Webhook(self.platform, secret, counter)
        api = MessagingApi(self.platform, self.webhook)
        self.app = Starlette(
            routes=[*api.routes(), *self._phones()], lifespan=lambda app: self._running()
        )

    def phone(self, name: str) -> Phone:
        """The phone of a customer, by name or LINE's id; a new one is a friend of the account."""
        chat = self.platform.chat(name)
        return Phone(self.platform, self.webhook, chat, None)

    def group(self, name: str, member: str = "member") -> Phone:
        """A group the account is in, seen by one of its members."""
        chat, person = self.platform.group(name), self.platform.chat(member)
        return Phone(self.platform, self.webhook, chat, person.id)

    def calls(self, path: str) -> list[dict[str, Any]]:
        """The counter's calls of this path, oldest first."""
        return [call for call in self.platform.calls if call["path"] == path]

    async def close(self) -> None:
        """Close the connections to the counter."""
        await self.webhook.close()

    @contextlib.asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        yield
        await self.close()

    # Over HTTP -------------------------------------------------------------------------------

    def _phones(self) -> list[Route]:
        return [
            Route("/phone/{user}", self._see, methods=["GET"]),
            Route("/phone/{user}/{deed}", self._do, methods=["POST"]),
            Route("/mood", self._mood, methods=["GET", "POST"]),
            Route("/menu/{menu}", self._menu, methods=["GET"]),
            Route("/dialog/bot/accountLink", self._link, methods=["GET"]),
        ]

    async def _see(self, request: Request) -> Response:
        return JSONResponse(self.phone(request.path_params["user"]).state())

    async def _do(self, request: Request) -> Response:
        """Do something with a phone; the new screen, or 400 for what cannot be done."""
        phone = self.phone(request.path_params["user"])
        told = await request.json() if await request.body() else {}
        try:
            await self._done(phone, request.path_params["deed"], told)
        except (LookupError, TypeError, ValueError) as fault:
            return PlainTextResponse(f"{type(fault).__name__}: {fault}", 400)
        return JSONResponse(phone.state())

    async def _done(self, phone: Phone, deed: str, told: dict[str, Any]) -> None:
        match deed:
            case "text":
                await phone.write(str(told["text"]))
            case "tap" | "pick":
                await self._pressed(phone, told)
            case "location":
                more = {k: told[k] for k in ("title", "address") if k in told}
                await phone.share_location(float(told["lat"]), float(told["lng"]), **more)
            case "sticker":
                await phone.send_sticker()
            case "image":
                await phone.send_picture(_picture(told), told.get("content_type", "image/jpeg"))
            case "follow":
                await phone.follow()
            case "block":
                await phone.block()
            case "unsend":
                await phone.unsend(str(told["message"]))
            case _:
                raise LookupError(deed)

    async def _pressed(self, phone: Phone, told: dict[str, Any]) -> None:
        """A button, by its label or its action; a picker with what was `picked`."""
        if "label" in told:
            await phone.tap_label(told["label"])
        elif "picked" in told:
            await phone.pick_with(told["action"], str(told["picked"]))
        else:
            await phone.tap(told["action"])

    async def _mood(self, request: Request) -> Response:
        """How LINE feels; changed by `{"mood": …}`."""
        if request.method == "POST":
            mood = (await request.json()).get("mood")
            if mood not in get_args(Mood):
                return PlainTextResponse("no such mood", 400)
            self.mischief.mood = mood
        return JSONResponse({"mood": self.mischief.mood, "moods": get_args(Mood)})

    async def _menu(self, request: Request) -> Response:
        picture = self.platform.menu_pictures.get(request.path_params["menu"])
        return Response(picture or b"", 200 if picture else 404, media_type="image/png")

    async def _link(self, request: Request) -> Response:
        """Where the retailer's log-in page sends the customer back to."""
        query = request.query_params
        user = await link(
            self.platform, self.webhook, query.get("linkToken", ""), query.get("nonce", "")
        )
        return PlainTextResponse(
            "連携しました。LINEに戻ってください。" if user else "期限切れです。"
        )


def _picture(told: dict[str, Any]) -> bytes:
    """A picture given as base64, or any picture."""
    try:
        return base64.b64decode(told["data"], validate=True) if "data" in told else photo()
    except binascii.Error as fault:
        raise ValueError("data is no base64") from fault
