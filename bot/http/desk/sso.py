"""Log in where the operator's staff log in anyway: OpenID Connect."""

from __future__ import annotations

import hmac
import math
import secrets
from collections.abc import Mapping
from html import escape
from typing import Any

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.desk.log_in import LogIn
from bot.errors import TooMany, Unavailable
from bot.http.desk.guard import Guard
from bot.http.desk.openid import NotVouched, Provider, Trip
from bot.ports import Role

COOKIE = "madoguchi_desk_sso"
PATH = "/desk/sso"
CALLBACK = f"{PATH}/callback"
TRIP_SECONDS = 600
MAX_LENGTH = 4096
MAX_SUBJECT = 255
"""As OpenID Connect Core 1.0 section 2 says."""
_ROLES: tuple[Role, ...] = ("admin", "supervisor", "agent", "store")
"""The highest first: a claim may name several."""
_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"
_WORDS = {
    "ja": {
        "in": "デスクに移動します。",
        "refused": "ログインできませんでした。デスクの利用登録があるか、管理者にご確認ください。",
        "broken": "時間が経ったか、別の画面に移ったようです。もう一度お試しください。",
        "down": "ログインの提供元につながりません。少し待ってからもう一度お試しください。",
        "onwards": "デスクへ",
        "back": "ログイン画面へ",
    },
    "en": {
        "in": "Taking you to the desk.",
        "refused": "You could not be logged in. Please ask your administrator whether you have an "
        "account at the desk.",
        "broken": "The log-in took too long, or was begun on another page. Please try again.",
        "down": "Your log-in provider cannot be reached. Please try again in a moment.",
        "onwards": "To the desk",
        "back": "To the log-in page",
    },
}

log = structlog.get_logger(__name__)


class SingleSignOn:
    """`/desk/sso` leads to the provider, `/desk/sso/callback` is where it sends people back.

    Nobody becomes an agent by it: only agents the operator added are let in, by their verified
    e-mail. `role_claim` names the claim that says which role they have, if any does.
    """

    def __init__(
        self, provider: Provider, log_in: LogIn, guard: Guard, role_claim: str | None
    ) -> None:
        self._provider = provider
        self._log_in = log_in
        self._guard = guard
        self._role_claim = role_claim

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route(PATH, self.leave, methods=["GET"], response_class=Response)
        router.add_api_route(CALLBACK, self.come_back, methods=["GET"], response_class=Response)
        return router

    async def leave(self, request: Request) -> Response:
        """Off to the provider, with a secret in the browser that the way back must fit."""
        trip = Trip(secrets.token_urlsafe(32))
        try:
            address = await self._provider.address(trip)
        except (Unavailable, NotVouched) as fault:
            log.warning("desk.sso_unavailable", fault=str(fault))
            return _page(request, "down", 503)
        response = RedirectResponse(address, 303)
        # Lax: the way back begins on the provider's page, where Strict would not come along.
        response.set_cookie(
            COOKIE,
            trip.secret,
            max_age=TRIP_SECONDS,
            path=PATH,
            httponly=True,
            samesite="lax",
            secure=self._guard.secure,
        )
        return response

    async def come_back(self, request: Request) -> Response:
        """A session for whom the provider vouches for; else a page that says what to do."""
        response = await self._answered(request)
        response.delete_cookie(
            COOKIE, path=PATH, httponly=True, samesite="lax", secure=self._guard.secure
        )
        return response

    async def _answered(self, request: Request) -> Response:
        given, secret = request.query_params, request.cookies.get(COOKIE, "")
        trip, state = Trip(secret), given.get("state", "")
        if not secret or not hmac.compare_digest(state.encode(), trip.state.encode()):
            return _page(request, "broken", 400)
        code = given.get("code", "")
        if given.get("iss", self._provider.issuer) != self._provider.issuer or not code:
            return _page(request, "refused", 403)
        if len(code) > MAX_LENGTH:
            return _page(request, "broken", 400)
        address = request.client.host if request.client else ""
        try:
            await self._log_in.may_try(address)
            claims = await self._provider.claims(code, trip)
        except TooMany as pause:
            headers = {"Retry-After": str(math.ceil(pause.retry_after))}
            return _page(request, "down", 429, headers)
        except Unavailable as fault:
            log.warning("desk.sso_unavailable", fault=str(fault))
            return _page(request, "down", 503)
        except NotVouched as fault:
            log.warning("desk.sso_refused", fault=str(fault))
            return _page(request, "refused", 403)
        return await self._let_in(request, claims, address)

    async def _let_in(self, request: Request, claims: Mapping[str, Any], address: str) -> Response:
        email, subject = claims.get("email"), str(claims["sub"])
        # Some providers write the flag as a word.
        verified = claims.get("email_verified") in (True, "true")
        role = self._role(claims)
        known = isinstance(email, str) and verified and len(subject) <= MAX_SUBJECT
        if not known or (self._role_claim and role is None):
            log.warning("desk.sso_refused", fault="no verified e-mail, or no role")
            return _page(request, "refused", 403)
        entered = await self._log_in.vouched(str(email), subject, role, address)
        if entered is None:
            return _page(request, "refused", 403)
        await self._guard.forget(request)
        # No redirect: it would be part of a way that began on another site, where browsers do not
        # send the new cookie along.
        response = _page(request, "in", 200)
        self._guard.let_in(response, entered)
        return response

    def _role(self, claims: Mapping[str, Any]) -> Role | None:
        said = claims.get(self._role_claim) if self._role_claim else None
        named = said if isinstance(said, list) else [said]
        return next((role for role in _ROLES if role in named), None)


def _page(
    request: Request, what: str, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    wanted = request.headers.get("accept-language", "").lower()
    language = "en" if wanted.startswith("en") else "ja"
    words = _WORDS[language]
    inside = what == "in"
    way, label = ("/desk", words["onwards"]) if inside else ("/desk/login", words["back"])
    onwards = '<meta http-equiv="refresh" content="0;url=/desk">' if inside else ""
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark">{onwards}<title>Madoguchi</title>'
        '<link rel="stylesheet" href="/desk/assets/base.css"></head><body>'
        f'<main class="entrance"><div class="login"><p role="status">{escape(words[what])}</p>'
        f'<p><a href="{way}">{escape(label)}</a></p></div></main></body></html>'
    )
    return HTMLResponse(html, status, {"Content-Security-Policy": _POLICY, **(headers or {})})
