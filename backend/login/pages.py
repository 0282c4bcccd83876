"""Who are you? One page a step, without scripts; a client of the API as any log-in page would be.

LINE's account link: https://developers.line.biz/en/docs/messaging-api/linking-accounts/
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import httpx
import yaml
from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

HERE = Path(__file__).parent
LINE = "https://access.line.me"
LARGEST_FORM_BYTES = 4096
TOO_OFTEN = frozenset({"locked", "rate-limited"})
WRONG = frozenset({"code-wrong", "invalid-request"})
_WORDS = yaml.safe_load((HERE / "words.yml").read_text("utf-8"))
_PAGES = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)


def routes(api: httpx.AsyncClient, line: str = LINE) -> Sequence[BaseRoute]:
    """The pages under `/login`; `api` may call this backend, `line` is where LINE confirms."""
    login = _LogIn(api, line.rstrip("/"))
    return [
        Route("/login", login.who, methods=["GET"]),
        Route("/login/contact", login.contact, methods=["POST"]),
        Route("/login/code", login.code, methods=["POST"]),
        Route("/login/verify", login.verify, methods=["POST"]),
        Route("/login/style.css", _style, methods=["GET"]),
    ]


class _LogIn:
    def __init__(self, api: httpx.AsyncClient, line: str) -> None:
        self._api = api
        self._line = line

    async def who(self, request: Request) -> Response:
        """Ask who it is; only who comes from LINE has a token to link with."""
        token = request.query_params.get("linkToken", "")
        if not token:
            return self._page(request, "page", problem="no_link", status=400)
        return self._page(request, "who", link_token=token)

    async def contact(self, request: Request) -> Response:
        """Where a code could go. Nobody learns whether a member exists."""
        form = await _form(request)
        token, who = form.get("link_token", ""), form.get("who", "").strip()
        kind = "email" if "@" in who else "phone" if who.startswith(("0", "+")) else "member_no"
        found = await self._call("/v1/customers/lookup", {kind: who})
        if found.status_code == 400:
            return self._page(request, "who", problem="unreadable", link_token=token)
        if not found.is_success:
            return self._page(request, "who", problem=_problem(found), link_token=token)
        told = found.json()
        return self._page(
            request, "way", link_token=token, lookup_id=told["lookup_id"], ways=told["channels"]
        )

    async def code(self, request: Request) -> Response:
        """Send the code."""
        form = await _form(request)
        token = form.get("link_token", "")
        asked = {
            "lookup_id": form.get("lookup_id", ""),
            "channel_id": form.get("way", ""),
            "channel_user_ref": _ref(token),
        }
        sent = await self._call("/v1/identity/challenges", asked)
        if not sent.is_success:
            return self._page(request, "who", problem=_problem(sent), link_token=token)
        challenge = sent.json()["challenge_id"]
        return self._page(request, "code", link_token=token, challenge_id=challenge)

    async def verify(self, request: Request) -> Response:
        """With the right code, on to LINE with a nonce that the counter redeems."""
        form = await _form(request)
        token, challenge = form.get("link_token", ""), form.get("challenge_id", "")
        path = f"/v1/identity/challenges/{quote(challenge, safe='')}/verify"
        proven = await self._call(path, {"code": form.get("code", "")})
        if _slug(proven) in WRONG:
            return self._page(
                request, "code", problem="wrong", link_token=token, challenge_id=challenge
            )
        if not proven.is_success:
            return self._page(request, "who", problem=_problem(proven), link_token=token)
        member = {"member_id": proven.json()["customer_id"]}
        made = await self._call("/v1/identity/link-nonces", member)
        if not made.is_success:
            return self._page(request, "page", problem="unavailable", status=503)
        link = urlencode({"linkToken": token, "nonce": made.json()["nonce"]})
        return RedirectResponse(f"{self._line}/dialog/bot/accountLink?{link}", 303, self._headers())

    async def _call(self, path: str, body: dict[str, str]) -> httpx.Response:
        try:
            key = {"Idempotency-Key": secrets.token_hex(16)}
            return await self._api.post(path, json=body, headers=key)
        except httpx.HTTPError:
            return httpx.Response(503)

    def _page(
        self, request: Request, name: str, *, problem: str = "", status: int = 200, **facts: Any
    ) -> Response:
        wanted = request.headers.get("accept-language", "")
        language = "en" if wanted.lower().startswith("en") else "ja"
        said = _PAGES.get_template(f"{name}.html").render(
            words=_WORDS[language], language=language, problem=problem, **facts
        )
        return HTMLResponse(said, status, self._headers())

    def _headers(self) -> dict[str, str]:
        return {
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
            f"form-action 'self' {self._line}; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }


async def _style(request: Request) -> Response:
    return Response((HERE / "style.css").read_bytes(), media_type="text/css")


async def _form(request: Request) -> dict[str, str]:
    """The form's fields; nothing of one that is larger than ours can be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM_BYTES:
            return {}
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _ref(link_token: str) -> str:
    """A code is good for the talk it was asked from."""
    return "login:" + hashlib.sha256(link_token.encode()).hexdigest()[:32]


def _slug(answer: httpx.Response) -> str:
    """What the backend calls what went wrong; nothing where nothing did."""
    if answer.is_success or "problem" not in answer.headers.get("content-type", ""):
        return ""
    return str(answer.json().get("type", "")).rpartition("/")[2].rpartition(":")[2]


def _problem(answer: httpx.Response) -> str:
    if _slug(answer) in TOO_OFTEN:
        return "too_often"
    return "unavailable" if answer.is_server_error else "expired"
