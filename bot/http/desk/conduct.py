"""Customers who do staff harm, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from bot.desk.office import Office
from bot.http.desk.api import allowed, done
from bot.http.desk.auth import API
from bot.http.desk.guard import Guard, SignedIn
from bot.http.desk.shapes import Shape, Words


class Flag(Shape):
    """Up or down."""

    flagged: bool


class Mute(Shape):
    """For how long."""

    minutes: Annotated[int, Field(ge=1, le=1440)]


class Call(Shape):
    """What a supervisor should know."""

    text: Words


class ConductOfCustomers:
    """Flag, warn, mute, unmute and call a supervisor, under `/desk/api/conversations/{id}`."""

    def __init__(self, office: Office, guard: Guard) -> None:
        self._office = office
        self._guard = guard

    def router(self) -> APIRouter:
        """The routes, each behind the guard."""
        router = APIRouter(
            prefix=f"{API}/conversations/{{conversation_id}}",
            tags=["desk"],
            dependencies=[Depends(self._guard)],
        )
        staff = [Depends(self._guard.needs("agent"))]
        supervisors = [Depends(self._guard.needs("supervisor"))]
        for path, work, who, summary in (
            ("/flag", self.flag, staff, "Needs care, or no longer"),
            ("/warn", self.warn, staff, "Ask the customer for civil words"),
            ("/call_supervisor", self.call_supervisor, staff, "Call for a supervisor"),
            ("/mute", self.mute, supervisors, "Do not answer for some time"),
            ("/unmute", self.unmute, supervisors, "Answer again"),
        ):
            router.add_api_route(path, work, methods=["POST"], summary=summary, dependencies=who)
        return router

    async def flag(self, session: SignedIn, conversation_id: str, given: Flag) -> dict[str, Any]:
        """All colleagues see it."""
        conduct = self._office.conduct
        return done(
            await allowed(conduct.flag(session.agent, conversation_id, flagged=given.flagged))
        )

    async def warn(self, session: SignedIn, conversation_id: str) -> dict[str, Any]:
        """In words that are always the same; only in a talk of one's own."""
        return done(await allowed(self._office.conduct.warn(session.agent, conversation_id)))

    async def mute(self, session: SignedIn, conversation_id: str, given: Mute) -> dict[str, Any]:
        """The customer is told until when; muting again sets another time."""
        length = timedelta(minutes=given.minutes)
        work = self._office.conduct.mute(session.agent, conversation_id, length)
        return done(await allowed(work))

    async def unmute(self, session: SignedIn, conversation_id: str) -> dict[str, Any]:
        """The customer is told; nothing happens where nobody is muted."""
        return done(await allowed(self._office.conduct.unmute(session.agent, conversation_id)))

    async def call_supervisor(
        self, session: SignedIn, conversation_id: str, given: Call
    ) -> dict[str, Any]:
        """Supervisors get an event `supervisor`; the words become a note in the talk."""
        work = self._office.conduct.call_supervisor(session.agent, conversation_id, given.text)
        return done(await allowed(work))
