"""An OpenID Connect provider of our own, over real HTTP. It can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.support.served import a_port, served

CLIENT, SECRET = "the-desk", "secret of the desk at the provider"
CALLBACK = "https://desk.example/desk/sso/callback"


class OpenIdProvider:
    """Everybody who comes is `claims`, and goes back to `callback` at once.

    `lies` replace claims of the id token (None: left out); `signs` is how it signs them.
    """

    def __init__(self, address: str, callback: str) -> None:
        self.address = address
        self.callback = callback
        self.claims: dict[str, Any] = {
            "sub": "248289761001",
            "email": "sato@shop.example",
            "email_verified": True,
        }
        self.lies: dict[str, Any] = {}
        self.signs = "RS256"
        self.down = False
        self.key = new_key("the first")
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}

    def change_keys(self) -> None:
        """From now on it signs with another key."""
        self.key = new_key("the next")

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.about),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
            ]
        )

    async def about(self, request: Request) -> Response:
        if self.down:
            return Response("maintenance", 503)
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            }
        )

    async def keys(self, request: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == self.callback
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        way_back = urlencode({"code": code, "state": asked["state"], "iss": self.address})
        return RedirectResponse(f"{asked['redirect_uri']}?{way_back}", 302)

    async def token(self, request: Request) -> Response:
        given = {name: value for name, [value] in parse_qs((await request.body()).decode()).items()}
        us = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self._codes.pop(given.get("code", ""), None)
        proven = _packed(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or request.headers.get("authorization") != f"Basic {us}"
            or given["grant_type"] != "authorization_code"
            or given["redirect_uri"] != asked["redirect_uri"]
            or proven.decode() != asked["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe()
        told = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        return JSONResponse({**told, "id_token": self._id_token(asked["nonce"], access)})

    def _id_token(self, nonce: str, access: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "at_hash": _packed(hashlib.sha256(access.encode()).digest()[:16]).decode(),
            **self.claims,
            **self.lies,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        return self._signed(told)

    def _signed(self, told: dict[str, Any]) -> str:
        header = {"alg": self.signs, "kid": self.key.kid}
        body = b".".join(_packed(json.dumps(part).encode()) for part in (header, told))
        match self.signs:
            case "none":
                return f"{body.decode()}."
            case "HS256":  # with the public key, as if it were a secret that both share
                public = self.key.as_pem(private=False)
                signature = hmac.new(public, body, hashlib.sha256).digest()
                return b".".join([body, _packed(signature)]).decode()
            case "forged":  # under the name of a key that is somebody else's
                return jwt.encode({**header, "alg": "RS256"}, told, new_key("of somebody else"))
        return jwt.encode(header, told, self.key)


@cache
def new_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


def _packed(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


@asynccontextmanager
async def provider(callback: str = CALLBACK) -> AsyncIterator[OpenIdProvider]:
    """The provider while it runs."""
    with a_port() as (port, address):
        made = OpenIdProvider(address, callback)
        async with served(made.app(), port):
            yield made
