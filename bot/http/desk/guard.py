"""Who may use the desk's API: the one place that asks for a session, its CSRF token and a role."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from bot.desk.log_in import Entered, LogIn
from bot.http.problems import Problem
from bot.ports import Role, Session

COOKIE = "madoguchi_desk"
PATH = "/desk"
CSRF_HEADER = "X-CSRF-Token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_INCLUDES: dict[Role, frozenset[Role]] = {
    "agent": frozenset({"agent", "supervisor", "admin"}),
    "supervisor": frozenset({"supervisor", "admin"}),
    "admin": frozenset({"admin"}),
    "store": frozenset({"store"}),
}


class Guard:
    """Stands before every route of the desk. A router takes it as `dependencies=[Depends(guard)]`.

    An endpoint then knows who asks by a parameter of type `SignedIn`. `public_url` is where the
    operator says we are reached; over https, cookies never go over anything else.
    """

    def __init__(self, log_in: LogIn, public_url: str | None) -> None:
        self._log_in = log_in
        self._own = _origin(public_url or "")
        self.secure = self._own.startswith("https:")

    async def __call__(self, request: Request) -> Session:
        """The session of a request, of whatever role.

        Raises Problem invalid-request (400) for an address that holds a NUL, unauthenticated (401)
        without a session, forbidden (403) for what changes
        something and comes from another origin or without the session's CSRF token.
        """
        self.from_own_page(request)
        if "\x00" in request.url.path or b"%00" in request.scope["query_string"]:
            raise Problem("invalid-request")  # no name of anything, and PostgreSQL takes no NUL
        token = request.cookies.get(COOKIE)
        session = await self._log_in.find(token) if token else None
        if session is None:
            raise Problem("unauthenticated")
        if request.method not in _SAFE_METHODS:
            given = request.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(given.encode(), session.csrf.encode()):
                raise Problem("forbidden", "the CSRF token is missing or wrong")
        request.state.desk_session = session
        return session

    def needs(self, role: Role) -> Callable[..., Awaitable[Session]]:
        """As the guard itself, and 403 for who has not the rights of that role.

        An admin has those of a supervisor, who has those of an agent; a store has only its own.
        """

        async def check(session: Session = Depends(self)) -> Session:
            if session.agent.role not in _INCLUDES[role]:
                raise Problem("forbidden", "not with your role")
            return session

        return check

    def from_own_page(self, request: Request) -> None:
        """Raises Problem forbidden for what changes something and says it is from elsewhere."""
        origin = request.headers.get("origin")
        if origin is None or request.method in _SAFE_METHODS or origin == self._own:
            return
        # A page of ours that the operator reached under another name names that one twice.
        if urlsplit(origin).netloc != request.headers.get("host") or not _origin(origin):
            raise Problem("forbidden", "from another origin")

    def let_in(self, response: Response, entered: Entered) -> None:
        """Give the browser a new session."""
        response.set_cookie(
            COOKIE, entered.token, path=PATH, httponly=True, samesite="strict", secure=self.secure
        )

    def let_out(self, response: Response) -> None:
        """Take the session from the browser."""
        response.delete_cookie(
            COOKIE, path=PATH, httponly=True, samesite="strict", secure=self.secure
        )

    async def forget(self, request: Request) -> None:
        """End the session a browser has before it gets another."""
        token = request.cookies.get(COOKIE)
        if token and (session := await self._log_in.find(token)):
            await self._log_in.leave(session)


async def _signed_in(request: Request) -> Session:
    session: Session = request.state.desk_session
    return session


SignedIn = Annotated[Session, Depends(_signed_in)]
"""Who asks; for routes behind a `Guard` only."""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""
