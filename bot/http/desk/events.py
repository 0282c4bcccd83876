"""What changed, as it changes: server-sent events for every open page of the desk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Depends, Header, Query, Response
from starlette.responses import StreamingResponse

from bot.desk.feed import Signal, Watcher
from bot.desk.log_in import LogIn
from bot.desk.office import Office
from bot.http.desk import shapes
from bot.http.desk.api import allowed
from bot.http.desk.auth import API
from bot.http.desk.guard import Guard, SignedIn
from bot.ports import Session

ALIVE_EVERY_SECONDS = 15.0
TYPING_EVERY_SECONDS = 3.0
"""Who types is passed on no more often."""
Cursor = Annotated[str | None, Query(max_length=64)]


class Events:
    """`/desk/api/events` and who is typing."""

    def __init__(self, office: Office, log_in: LogIn, guard: Guard) -> None:
        self._office = office
        self._log_in = log_in
        self._guard = guard
        self._typed: dict[tuple[str, str], float] = {}
        self._worded: WeakKeyDictionary[Signal, bytes] = WeakKeyDictionary()

    def router(self) -> APIRouter:
        """The routes, each behind the guard."""
        router = APIRouter(prefix=API, tags=["desk"], dependencies=[Depends(self._guard)])
        router.add_api_route(
            "/events",
            self.stream,
            methods=["GET"],
            summary="What changes (server-sent events)",
            response_class=StreamingResponse,
        )
        router.add_api_route(
            "/conversations/{conversation_id}/typing",
            self.typing,
            methods=["POST"],
            summary="I am writing",
            status_code=204,
            dependencies=[Depends(self._guard.needs("agent"))],
        )
        return router

    async def stream(
        self,
        session: SignedIn,
        after: Cursor = None,
        viewing: Annotated[str | None, Query(max_length=64)] = None,
        last_event_id: Annotated[str | None, Header(max_length=64)] = None,
    ) -> StreamingResponse:
        """From now on, or from behind a cursor: `Last-Event-ID`, else `after`."""
        lines = self._lines(session, last_event_id or after, viewing)
        return StreamingResponse(lines, media_type="text/event-stream")

    async def _lines(
        self, session: Session, cursor: str | None, viewing: str | None
    ) -> AsyncIterator[bytes]:
        feed, agent = self._office.feed, session.agent
        with feed.watched(agent.id, agent.name, viewing) as watcher:
            yield b": open\n\n"
            known: set[str] = set()
            if cursor is not None:
                missed = [one for one in await feed.since(cursor) if one.concerns(agent)]
                known = {one.cursor for one in missed if one.cursor}
                if missed:
                    yield self._told(missed)
            async for signals in self._live(session, watcher):
                new = [s for s in signals if s.concerns(agent) and s.cursor not in known]
                if new or not signals:
                    yield self._told(new) or b": alive\n\n"

    def _told(self, signals: Sequence[Signal]) -> bytes:
        """Signals as events. Each is worded once, however many pages are told."""
        for signal in signals:
            if signal not in self._worded:
                self._worded[signal] = _event(signal)
        return b"".join(self._worded[signal] for signal in signals)

    async def _live(self, session: Session, watcher: Watcher) -> AsyncIterator[Sequence[Signal]]:
        """Signals as they come, none of them now and then; ends with the session."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        while True:
            signals = await watcher.next(ALIVE_EVERY_SECONDS)
            if loop.time() - asked >= ALIVE_EVERY_SECONDS:
                asked = loop.time()
                if not await self._log_in.alive(session):
                    return
            yield signals

    async def typing(self, session: SignedIn, conversation_id: str) -> Response:
        """Colleagues and the customer see it for some seconds."""
        agent, now = session.agent, asyncio.get_running_loop().time()
        key = (agent.id, conversation_id)
        if now - self._typed.get(key, -TYPING_EVERY_SECONDS) < TYPING_EVERY_SECONDS:
            return Response(status_code=204)
        self._typed = {k: at for k, at in self._typed.items() if now - at < TYPING_EVERY_SECONDS}
        self._typed[key] = now
        talk = await allowed(self._office.talks.writes(agent, conversation_id))
        name = (agent.id, agent.name)
        self._office.feed.tell(Signal("typing", talk.conversation_id, agents=(name,)))
        channel = self._office.channels.get(talk.account.channel) if talk.account else None
        if channel is not None and talk.account is not None:
            await channel.writing(talk.account, agent.name)
        return Response(status_code=204)


def _event(signal: Signal) -> bytes:
    head = f"id: {signal.cursor}\n" if signal.cursor else ""
    data = json.dumps(shapes.signal(signal), ensure_ascii=False)
    return f"{head}event: {signal.kind}\ndata: {data}\n\n".encode()
