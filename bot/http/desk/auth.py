"""Log in, log out, who am I, and am I there."""

from __future__ import annotations

import math
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from starlette.requests import Request

from bot.desk.log_in import LogIn
from bot.errors import TooMany
from bot.http.desk.guard import Guard, SignedIn
from bot.http.desk.shapes import WHOLE, Shape
from bot.http.problems import Problem
from bot.ports import Role, Status

API = "/desk/api"
REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"description": "Not logged in"},
    403: {"description": "From elsewhere, without the CSRF token, or not with this role"},
}
"""What every route behind the guard may answer."""


class Credentials(Shape):
    """What somebody types to log in."""

    email: Annotated[str, Field(max_length=254, pattern=WHOLE)]
    password: Annotated[str, Field(max_length=1000)]


class LoggedIn(Shape):
    """`csrf` goes with everything that changes something, as header `X-CSRF-Token`."""

    csrf: str


class Ways(Shape):
    """How staff may log in beside e-mail and password."""

    sso: bool


class NewStatus(Shape):
    """Whether one takes new conversations."""

    status: Status


class Me(Shape):
    """Who is logged in."""

    id: str
    name: str
    email: str
    role: Role
    store_id: str | None
    languages: list[str]
    topics: list[str]
    status: Status
    csrf: str


class Auth:
    """`/desk/api/login`, `logout`, `me` and `me/status`; `sso`: single sign-on is there too."""

    def __init__(self, log_in: LogIn, guard: Guard, *, sso: bool = False) -> None:
        self._log_in = log_in
        self._sso = sso
        self._guard = guard

    def router(self) -> APIRouter:
        """The routes."""
        inside = [Depends(self._guard)]
        router = APIRouter(prefix=API, tags=["desk"])
        router.add_api_route(
            "/login",
            self.enter,
            methods=["POST"],
            summary="Log in by e-mail and password",
            responses={
                401: {"description": "Not this e-mail with this password"},
                429: {"description": "Too many wrong passwords: wait as long as Retry-After says"},
            },
        )
        router.add_api_route("/login", self.ways, summary="How may one log in?")
        router.add_api_route(
            "/logout",
            self.leave,
            methods=["POST"],
            summary="Log out",
            status_code=204,
            dependencies=inside,
            responses=REFUSED,
        )
        router.add_api_route(
            "/me", self.me, summary="Who am I?", dependencies=inside, responses=REFUSED
        )
        router.add_api_route(
            "/me/status",
            self.set_status,
            methods=["PUT"],
            summary="Take new conversations, or none",
            dependencies=inside,
            responses=REFUSED,
        )
        return router

    async def enter(self, request: Request, response: Response, given: Credentials) -> LoggedIn:
        """A new session, whatever the browser had before."""
        self._guard.from_own_page(request)
        address = request.client.host if request.client else ""
        try:
            entered = await self._log_in.by_password(given.email, given.password, address)
        except TooMany as pause:
            headers = {"Retry-After": str(math.ceil(pause.retry_after))}
            raise Problem("rate-limited", headers=headers) from None
        if entered is None:
            raise Problem("unauthenticated", "not this e-mail with this password")
        await self._guard.forget(request)
        self._guard.let_in(response, entered)
        return LoggedIn(csrf=entered.session.csrf)

    async def ways(self) -> Ways:
        """What the log-in page offers."""
        return Ways(sso=self._sso)

    async def leave(self, response: Response, session: SignedIn) -> None:
        """Over for good, for whoever else has the cookie too."""
        await self._log_in.leave(session)
        self._guard.let_out(response)

    async def me(self, session: SignedIn) -> Me:
        """Who the session belongs to, and its CSRF token: a page that is loaded anew needs it."""
        agent = session.agent
        return Me(
            id=agent.id,
            name=agent.name,
            email=agent.email,
            role=agent.role,
            store_id=agent.store_id,
            languages=list(agent.languages),
            topics=list(agent.topics),
            status=agent.status,
            csrf=session.csrf,
        )

    async def set_status(self, session: SignedIn, given: NewStatus) -> NewStatus:
        """Who is away keeps what they have and takes nothing new."""
        await self._log_in.set_status(session, given.status)
        return given
