"""The HTTP interface of the web chat."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.channel import Counter, Item
from bot.errors import TooMany, Unavailable, UnknownMember
from bot.messages import Account
from bot.messages.inbound import Inbound, Joined, Location, Tap, Text
from connectors.webchat.bodies import NewIdentity, NewMessage, NewSession, Onwards, read
from connectors.webchat.identity import IdentityKey, InvalidIdentity
from connectors.webchat.items import as_event, as_json, cursor, message_id, position, writing
from connectors.webchat.limits import Limiter, address_of
from connectors.webchat.problems import (
    Problem,
    invalid_identity,
    invalid_parameter,
    rate_limited,
    unavailable,
)
from connectors.webchat.qr import drawn
from connectors.webchat.sessions import Session
from connectors.webchat.streams import Stream, Streams
from connectors.webchat.tokens import Tokens

CHANNEL = "webchat"
LONGEST_WAIT_SECONDS = 25.0
HEARTBEAT_SECONDS = 15.0
LOOK_AGAIN_SECONDS = 2.0
"""Another process may have answered without waking us."""
_HEARTBEAT = b":\n\n"
_PRIVATE = {"Cache-Control": "no-store"}
# A proxy that buffers would hold events back.
_STREAM = _PRIVATE | {"X-Accel-Buffering": "no"}


class Endpoints:
    """Answers browsers on behalf of the counter. `now` is real time."""

    def __init__(
        self,
        counter: Counter,
        *,
        tokens: Tokens,
        key: IdentityKey | None,
        writes: Limiter | None,
        reads: Limiter | None,
        streams: Streams,
        now: Callable[[], datetime],
    ) -> None:
        self._counter = counter
        self._tokens = tokens
        self._key = key
        self._writes = writes
        self._reads = reads
        self._streams = streams
        self._now = now

    def routes(self) -> Sequence[Route]:
        """The routes, below the channel's own path."""
        return [
            Route("/sessions", self.open_session, methods=["POST"]),
            Route("/messages", self.post_message, methods=["POST"]),
            Route("/messages", self.read_messages, methods=["GET"]),
            Route("/events", self.stream_events, methods=["GET"]),
            Route("/elsewhere", self.go_elsewhere, methods=["POST"]),
            Route("/identify", self.identify, methods=["POST"]),
            Route("/logout", self.log_out, methods=["POST"]),
        ]

    async def open_session(self, request: Request) -> Response:
        """A new account with its token, already a member's where an identity says so."""
        wish = await read(request, NewSession, absent=b"{}")
        _admit(self._writes, request, wish.locale)
        member = self._member(wish.identity) if wish.identity is not None else None
        account = Account(CHANNEL, uuid4().hex)
        if member is not None:
            account = await self._identified(account, member)
        token = await self._tokens.open(account, wish.locale)
        return JSONResponse({"token": token, "cursor": cursor(account, 0)}, 201, _PRIVATE)

    async def post_message(self, request: Request) -> Response:
        """Take a message in; it is stored when this answers."""
        session = await self._session(request)
        message = await read(request, NewMessage)
        account = _account(session)
        _admit(self._writes, request, session.locale, account)
        try:
            await self._counter.accept([self._inbound(session, message)])
        except TooMany as error:
            raise rate_limited(error.retry_after, session.locale) from error
        return Response(status_code=202)

    async def read_messages(self, request: Request) -> Response:
        """The timeline after a cursor; with `wait`, as soon as there is something.

        With `before`, the last entries before that cursor instead; empty, the last of all.
        """
        session = await self._session(request)
        account = _account(session)
        _admit(self._reads, request, session.locale, account)
        if (before := request.query_params.get("before")) is not None:
            end = position(account, before, "before")
            return _page(account, await self._counter.earlier(account, end or None), end)
        after = position(account, request.query_params.get("after"), "after")
        wait = _seconds(request.query_params.get("wait"))
        items = await self._items(account, after, wait)
        if wait and not await self._tokens.still(session):
            items = ()
        return _page(account, items, after)

    async def stream_events(self, request: Request) -> Response:
        """The timeline as server-sent events, from a cursor on.

        What the browser has seen last counts more than the address it first opened.
        """
        session = await self._session(request)
        account = _account(session)
        _admit(self._reads, request, session.locale, account)
        if seen := request.headers.get("last-event-id"):
            after = position(account, seen, "Last-Event-ID")
        else:
            after = position(account, request.query_params.get("after"), "after")
        events = self._events(session, after)
        return StreamingResponse(events, headers=_STREAM, media_type="text/event-stream")

    async def go_elsewhere(self, request: Request) -> Response:
        """A code, a link and its QR picture to go on with in another channel."""
        session = await self._session(request)
        wish = await read(request, Onwards)
        account = _account(session)
        _admit(self._writes, request, session.locale)
        if wish.channel not in self._counter.others(CHANNEL):
            raise Problem("not-found")
        try:
            invited = await self._counter.invite(account, wish.channel)
        except TooMany as error:
            raise rate_limited(error.retry_after, session.locale) from error
        until = f"{invited.expires_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        answer: dict[str, object] = {"code": invited.code, "expires_at": until}
        if invited.url:
            answer |= {"url": invited.url, "qr": drawn(invited.url)}
        return JSONResponse(answer, 201, _PRIVATE)

    async def identify(self, request: Request) -> Response:
        """The visitor is a member: the page goes on, from the cursor answered."""
        session = await self._session(request)
        given = await read(request, NewIdentity)
        _admit(self._writes, request, session.locale)
        account = await self._identified(_account(session), self._member(given.identity))
        if account.user != session.user:
            await self._tokens.move(session, account)
        return JSONResponse({"cursor": cursor(account, 0)}, headers=_PRIVATE)

    async def log_out(self, request: Request) -> Response:
        """Trust ends, and the token with it."""
        session = await self._session(request)
        await self._counter.forget(_account(session))
        await self._tokens.close(session)
        return Response(status_code=204)

    async def _events(self, session: Session, after: int) -> AsyncIterator[bytes]:
        account = _account(session)
        with self._streams.opened(account.user) as stream:
            # Sends the headers at once, so that the page knows it is connected.
            yield _HEARTBEAT
            while True:
                items = await self._items(account, after, HEARTBEAT_SECONDS, stream)
                if stream.gives_way or not await self._tokens.still(session):
                    return
                writer = stream.writer()
                # What was being written is there by now.
                signal = writing(writer) if writer is not None and not items else _HEARTBEAT
                yield b"".join(as_event(item) for item in items) or signal
                after = items[-1].cursor if items else after

    async def _items(
        self, account: Account, after: int, seconds: float, stream: Stream | None = None
    ) -> Sequence[Item]:
        """What is behind the cursor, as soon as there is something; nothing when time is up.

        Nothing, too, when the stream has something else to tell.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not (items := await self._counter.timeline(account, after)):
            left = until - loop.time()
            if left <= 0 or (stream is not None and stream.is_stirred):
                return ()
            waiting = self._counter.wait(account, after, min(left, LOOK_AGAIN_SECONDS))
            await (stream.unless_stirred(waiting) if stream else waiting)
        return items

    async def _session(self, request: Request) -> Session:
        return await self._tokens.session(request.headers.get("authorization", ""))

    def _member(self, identity: str) -> str:
        if self._key is None:
            raise invalid_identity()
        try:
            return self._key.prove(identity)
        except InvalidIdentity as error:
            raise invalid_identity() from error

    async def _identified(self, account: Account, member: str) -> Account:
        try:
            return await self._counter.identify(account, member)
        except UnknownMember as error:
            raise invalid_identity() from error
        except Unavailable as error:
            raise unavailable() from error

    def _inbound(self, session: Session, message: NewMessage) -> Inbound:
        account = _account(session)
        name = message_id(account, message.client_id)
        at, locale = self._now(), session.locale
        if message.text is not None:
            return Text(id=name, account=account, at=at, locale=locale, text=message.text)
        if message.tap is not None:
            return Tap(id=name, account=account, at=at, locale=locale, payload=message.tap)
        if message.link is not None:
            return Joined(id=name, account=account, at=at, locale=locale, start=message.link)
        assert message.location is not None
        lat, lng = message.location.lat, message.location.lng
        return Location(id=name, account=account, at=at, locale=locale, lat=lat, lng=lng)


def _page(account: Account, items: Sequence[Item], place: int) -> Response:
    """Entries, and the cursor to read on from; `place` where there are none."""
    reached = items[-1].cursor if items else place
    answer = {"items": [as_json(item) for item in items], "cursor": cursor(account, reached)}
    return JSONResponse(answer, headers=_PRIVATE)


def _account(session: Session) -> Account:
    return Account(CHANNEL, session.user)


def _admit(
    limiter: Limiter | None, request: Request, locale: str | None, account: Account | None = None
) -> None:
    """Count a request. Raises Problem rate-limited."""
    if limiter is None:
        return
    try:
        limiter.admit(address=address_of(request), account=account.user if account else None)
    except TooMany as error:
        raise rate_limited(error.retry_after, locale) from error


def _seconds(wait: str | None) -> float:
    """How long to wait, 25 s at most. Raises Problem invalid-request."""
    try:
        seconds = float(wait or 0)
    except ValueError:
        raise invalid_parameter("wait") from None
    if not math.isfinite(seconds) or seconds < 0:
        raise invalid_parameter("wait")
    return min(seconds, LONGEST_WAIT_SECONDS)
