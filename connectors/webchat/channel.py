"""The web chat as a channel of the counter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute, Mount

from bot.channel import Abilities, Counter, Envelope, Failed, Fetched, Finding, Profile, Sent
from bot.errors import BadPayload, MediaRefused
from bot.messages import Account
from bot.messages.inbound import Inbound
from connectors.webchat import assets
from connectors.webchat.assets import Look
from connectors.webchat.endpoints import CHANNEL, Endpoints
from connectors.webchat.identity import IdentityKey
from connectors.webchat.limits import Limiter, Limits
from connectors.webchat.origins import Origins, checked
from connectors.webchat.problems import Problem, on_http, on_problem
from connectors.webchat.sessions import Sessions
from connectors.webchat.streams import Streams
from connectors.webchat.tokens import Tokens

PURGE_EVERY_SECONDS = 3600.0
FRAGMENT = "madoguchi"
"""What the widget knows its own fragment by."""


class WebChat:
    """Customers write by HTTP and read their own timeline; nothing is sent to them.

    `origins` are the pages that may embed the chat beside our own; `identity_key` is an HS256
    secret or a PEM public key; `limits` None means none; `now` is real time; `look` is
    what the widget shows of the shop; `page` is the address of the shop's page with the widget on
    it, empty where there is none. Raises `bot.errors.Misconfigured` for what is no origin or no
    key.
    """

    name = CHANNEL
    abilities = Abilities(
        text_limit=10_000,
        choice_limit=100,
        label_limit=200,
        card_limit=50,
        kinds=frozenset({"cards", "picture", "place"}),
        free_replies=True,
        introduces_us=True,
        own_pages=True,
    )

    def __init__(
        self,
        sessions: Sessions,
        *,
        now: Callable[[], datetime],
        origins: Collection[str] = (),
        identity_key: str | None = None,
        limits: Limits | None = None,
        look: Look | None = None,
        page: str = "",
    ) -> None:
        self._now = now
        self._look = look or Look()
        self._page = page
        self._streams = Streams()
        self._tokens = Tokens(sessions, now)
        self._origins = checked(origins)
        self._key = IdentityKey(identity_key) if identity_key else None
        self._writes = Limiter(limits, now) if limits else None
        self._reads = Limiter(limits.for_reading(), now) if limits else None

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """No platform calls on behalf of web chat: nothing is genuine."""
        return False

    def read(self, body: bytes) -> Sequence[Inbound]:
        """Raises `bot.errors.BadPayload`: web chat has no webhook."""
        raise BadPayload("web chat has no webhook")

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Sent | Failed]:
        """The browser reads the timeline: what is stored there has arrived."""
        return [Sent(envelope.key) for envelope in batch]

    async def typing(self, message: Inbound) -> None:
        """The widget shows by itself that an answer is coming."""

    async def writing(self, account: Account, name: str) -> None:
        """Show that a person of this name is writing, for six seconds or until they have written.

        Seen where the page reads its stream from this process; nowhere else, and never later.
        """
        self._streams.write(account.user, name)

    async def profile(self, account: Account) -> Profile | None:
        """A browser says nothing of its customer."""
        return None

    async def fetch_media(self, ref: str, *, largest: int) -> Fetched:
        """Raises `bot.errors.MediaRefused`: web chat takes no files."""
        raise MediaRefused("web chat takes no files")

    async def check(self) -> Sequence[Finding]:
        """No platform stands between the pages and us."""
        return ()

    async def setup(self) -> Sequence[Finding]:
        """Nothing to set up anywhere else."""
        return ()

    async def invitation(self, code: str) -> str | None:
        """The shop's page; the widget on it reads the code.

        As a fragment the code reaches no server, so that no log keeps it and no preview uses it up.
        """
        return f"{self._page}#{FRAGMENT}={code}" if self._page else None

    async def close(self) -> None:
        """Nobody is called: nothing is open."""

    async def account_link(self, account: Account) -> str | None:
        """The shop's page identifies its members by itself."""
        return None

    def routes(self, counter: Counter) -> Sequence[BaseRoute]:
        """`/webchat/…`, with its own origins and errors."""
        endpoints = Endpoints(
            counter,
            tokens=self._tokens,
            key=self._key,
            writes=self._writes,
            reads=self._reads,
            streams=self._streams,
            now=self._now,
        )
        handlers = {Problem: on_problem, HTTPException: on_http}
        middleware = [
            Middleware(Origins, allowed=self._origins),
            Middleware(ExceptionMiddleware, handlers=handlers),
        ]
        return [
            *assets.routes(f"/{CHANNEL}", self._look, counter.others(CHANNEL)),
            Mount(f"/{CHANNEL}", routes=endpoints.routes(), middleware=middleware),
        ]

    async def run(self, counter: Counter) -> None:
        """Drop expired sessions, now and every hour."""
        while True:
            await self._tokens.purge()
            await asyncio.sleep(PURGE_EVERY_SECONDS)
