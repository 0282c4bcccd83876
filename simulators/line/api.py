"""The Messaging API, as far as it is used here: `api.line.me` and `api-data.line.me` in one."""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.line import rules
from simulators.line.platform import Platform, Refused
from simulators.line.webhook import Webhook

LARGEST_BODY = 2 * 1024 * 1024
LARGEST_PICTURE = 1024 * 1024
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
Work = Callable[[Request, Any], Awaitable[Any]]
"""What an endpoint does with a request and its JSON; what it answers."""

_OF_THE_PLAN = {
    "quota": (429, "You have reached your monthly limit."),
    "forbidden": (403, "Access to this API is not available for your account"),
}


class MessagingApi:
    """Answers calls that carry the channel access token; every one is kept in `platform.calls`."""

    def __init__(self, platform: Platform, webhook: Webhook) -> None:
        self._platform = platform
        self._webhook = webhook

    def routes(self) -> list[Route]:
        """`/v2/bot/…`."""
        table: dict[str, dict[str, Work]] = {
            "message/reply": {"POST": self._reply},
            "message/push": {"POST": self._push},
            "message/quota": {"GET": self._quota},
            "message/quota/consumption": {"GET": self._consumption},
            "message/{id}/content": {"GET": self._content},
            "chat/loading/start": {"POST": self._loading},
            "chat/markAsRead": {"POST": self._mark_as_read},
            "profile/{user}": {"GET": self._profile},
            "group/{id}/members/count": {"GET": self._count},
            "room/{id}/members/count": {"GET": self._count},
            "user/{user}/linkToken": {"POST": self._link_token},
            "info": {"GET": self._info},
            "channel/webhook/endpoint": {"GET": self._endpoint, "PUT": self._set_endpoint},
            "channel/webhook/test": {"POST": self._test},
            "richmenu": {"POST": self._create_menu},
            "richmenu/list": {"GET": self._menus},
            "richmenu/{menu}": {"DELETE": self._delete_menu},
            "richmenu/{menu}/content": {"POST": self._set_picture},
            "user/all/richmenu": {"GET": self._default_menu},
            "user/all/richmenu/{menu}": {"POST": self._set_default},
        }
        return [
            Route(f"/v2/bot/{path}", self._endpoint_for(work), methods=[method])
            for path, methods in table.items()
            for method, work in methods.items()
        ]

    def _endpoint_for(self, work: Work) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            body = await request.body()
            headers = {"x-line-request-id": secrets.token_hex(18)}
            call: dict[str, Any] = {
                "method": request.method,
                "path": request.url.path,
                "headers": request.headers,
            }
            self._platform.calls.append(call)
            try:
                response = await self._answered(request, body, work, call)
            except Refused as refusal:
                accepted = refusal.body.pop("x-line-accepted-request-id", None)
                if accepted:
                    headers["x-line-accepted-request-id"] = accepted
                if "retry-after" in refusal.body:
                    headers["Retry-After"] = str(refusal.body.pop("retry-after"))
                response = JSONResponse(refusal.body, refusal.status)
            response.headers.update(headers)
            call["status"] = response.status_code
            return response

        return answer

    async def _answered(
        self, request: Request, body: bytes, work: Work, call: dict[str, Any]
    ) -> Response:
        """Check what every call must have, play tricks, do the work."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self._platform.access_token}".encode()):
            raise Refused(401, "Authentication failed. Confirm that the access token is valid.")
        told = call["body"] = _json(request, body)
        mischief = self._platform.mischief
        trick = mischief.next(request.url.path)
        if mischief.mood == "slow":
            await asyncio.sleep(mischief.slow_seconds)
        match trick.how if trick else None:
            case "rate limited":
                wait: dict[str, Any] = {}
                if trick and trick.retry_after:
                    wait = {"retry-after": trick.retry_after}
                raise Refused(429, "The API rate limit has been exceeded. Try again later.", **wait)
            case "quota" | "forbidden" as how:
                raise Refused(*_OF_THE_PLAN[how])
            case "refused":
                raise Refused(
                    400, "The request body has 1 error(s)", [("is invalid", "messages[0]")]
                )
            case "failing":
                return Response("<html>Internal Server Error</html>", 500, media_type="text/html")
            case "lost before":
                await _hung_up(request)
        done = await work(request, told)
        if trick and trick.how == "lost after":
            await _hung_up(request)
        return done if isinstance(done, Response) else JSONResponse(done or {})

    # Messages --------------------------------------------------------------------------------

    async def _reply(self, request: Request, body: Any) -> Any:
        return {"sentMessages": self._platform.reply(body, request.headers.get("x-line-retry-key"))}

    async def _push(self, request: Request, body: Any) -> Any:
        return {"sentMessages": self._platform.push(body, request.headers.get("x-line-retry-key"))}

    async def _quota(self, request: Request, body: Any) -> Any:
        quota = self._platform.quota
        return {"type": "none"} if quota is None else {"type": "limited", "value": quota}

    async def _consumption(self, request: Request, body: Any) -> Any:
        return {"totalUsage": self._platform.pushed}

    async def _content(self, request: Request, body: Any) -> Any:
        content = self._platform.contents.get(request.path_params["id"])
        if content is None:
            raise Refused(404, "Not found")
        if content.unsent:
            raise Refused(410, "Gone")
        if content.not_ready:
            content.not_ready -= 1
            return Response(status_code=202)
        return Response(content.data, media_type=content.content_type)

    async def _loading(self, request: Request, body: Any) -> Any:
        self._platform.start_loading(body)
        return JSONResponse({}, 202)

    async def _mark_as_read(self, request: Request, body: Any) -> Any:
        self._platform.mark_as_read(body.get("markAsReadToken"))

    # People ----------------------------------------------------------------------------------

    async def _profile(self, request: Request, body: Any) -> Any:
        return self._platform.profile(request.path_params["user"])

    async def _count(self, request: Request, body: Any) -> Any:
        chat = self._platform.chats.get(request.path_params["id"])
        if chat is None:
            raise Refused(404, "Not found")
        return {"count": chat.members}

    async def _link_token(self, request: Request, body: Any) -> Any:
        return {"linkToken": self._platform.link_token(request.path_params["user"])}

    # The channel -----------------------------------------------------------------------------

    async def _info(self, request: Request, body: Any) -> Any:
        return self._platform.account

    async def _endpoint(self, request: Request, body: Any) -> Any:
        if self._webhook.endpoint is None:
            raise Refused(404, "Not found")
        return {"endpoint": self._webhook.endpoint, "active": self._webhook.active}

    async def _set_endpoint(self, request: Request, body: Any) -> Any:
        endpoint = str(body.get("endpoint"))
        if not endpoint.startswith("https://") or len(endpoint) > 500:
            raise Refused(400, "Invalid webhook endpoint URL")
        self._webhook.endpoint = endpoint

    async def _test(self, request: Request, body: Any) -> Any:
        return await self._webhook.test()

    # Rich menus ------------------------------------------------------------------------------

    async def _create_menu(self, request: Request, body: Any) -> Any:
        if found := rules.menu_faults(body):
            raise Refused(400, f"The request body has {len(found)} error(s)", found)
        menu = "richmenu-" + secrets.token_hex(16)
        self._platform.menus[menu] = body
        return {"richMenuId": menu}

    async def _menus(self, request: Request, body: Any) -> Any:
        menus = self._platform.menus.items()
        return {"richmenus": [{"richMenuId": menu, **told} for menu, told in menus]}

    async def _delete_menu(self, request: Request, body: Any) -> Any:
        menu = self._menu(request)
        del self._platform.menus[menu]
        self._platform.menu_pictures.pop(menu, None)
        if self._platform.default_menu == menu:
            self._platform.default_menu = None

    async def _set_picture(self, request: Request, body: Any) -> Any:
        menu, picture = self._menu(request), await request.body()
        if menu in self._platform.menu_pictures:
            raise Refused(400, "An image has already been uploaded to the richmenu")
        kinds = [kind for begin, kind in PICTURES.items() if picture.startswith(begin)]
        if kinds != [request.headers.get("content-type")] or len(picture) > LARGEST_PICTURE:
            raise Refused(400, "The image is not allowed")
        self._platform.menu_pictures[menu] = picture

    async def _default_menu(self, request: Request, body: Any) -> Any:
        if self._platform.default_menu is None:
            raise Refused(404, "no default richmenu")
        return {"richMenuId": self._platform.default_menu}

    async def _set_default(self, request: Request, body: Any) -> Any:
        menu = self._menu(request)
        if menu not in self._platform.menu_pictures:
            raise Refused(400, "must upload richmenu image before applying it to user")
        self._platform.default_menu = menu

    def _menu(self, request: Request) -> str:
        menu: str = request.path_params["menu"]
        if menu not in self._platform.menus:
            raise Refused(404, "Not found")
        return menu


def _json(request: Request, body: bytes) -> Any:
    if len(body) > LARGEST_BODY:
        raise Refused(413, "Request Entity Too Large")
    if request.method not in ("POST", "PUT") or request.url.path.endswith("/content") or not body:
        return {}
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused(415, "Unsupported Media Type")
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Refused(400, "The request body could not be parsed as JSON")
    return told


async def _hung_up(request: Request) -> None:
    """Give no answer, until the other side has lost patience."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
