"""An OpenID Connect provider, as far as a log-in with the authorization code flow goes.

OpenID Connect Core 1.0 section 3.1, Discovery 1.0, PKCE (RFC 7636) and the issuer in the answer
(RFC 9207). Authlib is loaded on first use: who has no single sign-on never pays for it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from bot.errors import MadoguchiError, Unavailable

TIMEOUT_SECONDS = 5.0
KEPT_SECONDS = 3600.0
LEEWAY_SECONDS = 30
# What a provider signs with a key of its own. Never one that we share, never none.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class NotVouched(MadoguchiError):
    """What came back from the provider does not prove who somebody is."""


@dataclass(frozen=True)
class Trip:
    """One way to the provider and back. All of it follows from a secret that only the browser has,
    so that nothing needs to be kept here, and an answer fits the browser that asked alone."""

    secret: str

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        return self._derived("verifier")

    def _derived(self, what: str) -> str:
        digest = hmac.new(self.secret.encode(), what.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Provider:
    """The provider at `issuer`, which knows us as `client_id` and sends people to `callback`."""

    def __init__(self, issuer: str, client_id: str, secret: str, callback: str) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._secret = secret
        self._callback = callback
        self._about: dict[str, Any] = {}
        self._keys: Any = {}
        self._trusted: ssl.SSLContext | None = None
        self._asked_at = float("-inf")

    async def address(self, trip: Trip) -> str:
        """Where to send a browser. Raises `bot.errors.Unavailable`."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        await self._discover()
        address: str = prepare_grant_uri(
            self._about["authorization_endpoint"],
            self._client_id,
            "code",
            redirect_uri=self._callback,
            scope="openid email profile",
            state=trip.state,
            nonce=trip.nonce,
            code_challenge=create_s256_code_challenge(trip.verifier),
            code_challenge_method="S256",
        )
        return address

    async def claims(self, code: str, trip: Trip) -> Mapping[str, Any]:
        """What the provider says of who came back with this code.

        Raises `NotVouched` for what proves nothing, `bot.errors.Unavailable` when the provider
        does not answer.
        """
        await self._discover()
        answer = await self._exchanged(code, trip)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotVouched("no id token")
        return await self._checked(token, trip, answer.get("access_token"))

    async def _exchanged(self, code: str, trip: Trip) -> Mapping[str, Any]:
        from authlib.oauth2.auth import ClientAuth
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        known = self._about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=self._callback,
            code=code,
            code_verifier=trip.verifier,
        )
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        uri, headers, body = ClientAuth(self._client_id, self._secret, way).prepare(
            "POST", self._about["token_endpoint"], headers, body
        )
        return await self._json("POST", uri, headers=headers, content=body)

    async def _checked(self, token: str, trip: Trip, access_token: object) -> Mapping[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError
        from joserfc.jwk import KeySet

        def decoded() -> jwt.Token:
            return jwt.decode(token, KeySet.import_key_set(self._keys), algorithms=ALGORITHMS)

        try:
            try:
                read = decoded()
            except InvalidKeyIdError:
                # The provider has changed its keys since we asked.
                await self._discover(anew=True)
                read = decoded()
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                {
                    "nonce": trip.nonce,
                    "client_id": self._client_id,
                    "access_token": access_token,
                },
            )
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as fault:
            raise NotVouched(f"id token: {type(fault).__name__}") from fault
        return dict(claims)

    async def _discover(self, *, anew: bool = False) -> None:
        """Ask the provider about itself, unless it was asked lately."""
        now = time.monotonic()
        if not anew and now - self._asked_at < KEPT_SECONDS:
            return
        url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        about = await self._json("GET", url)
        if about.get("issuer") != self.issuer or not all(about.get(name) for name in _ENDPOINTS):
            raise Unavailable("this is not the provider that was configured")
        self._keys = dict(await self._json("GET", str(about["jwks_uri"])))
        self._about = dict(about)
        self._asked_at = now

    async def _json(self, method: str, url: str, **more: Any) -> Mapping[str, Any]:
        """The JSON object the provider answers.

        Raises `NotVouched` when it refuses, `Unavailable` when it does not answer or answers
        nonsense.
        """
        # Reading all the authorities the machine trusts takes long: once is enough.
        self._trusted = self._trusted or httpx.create_ssl_context()
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, verify=self._trusted) as http:
                answer = await http.request(method, url, **more)
                if 400 <= answer.status_code < 500:
                    raise NotVouched(f"the provider refuses: {answer.status_code}")
                content = answer.raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as fault:
            raise Unavailable(f"the provider: {type(fault).__name__}") from fault
        if not isinstance(content, dict):
            raise Unavailable("the provider answers no JSON object")
        return content
