"""What is written down at the desk: wrong answers of the bot, and who did what."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from bot.desk.office import Office
from bot.http.desk.auth import API
from bot.http.desk.guard import Guard, SignedIn
from bot.http.desk.shapes import Shape, Words, moment
from bot.http.problems import Problem
from bot.ports import Audited

LEARNED_AT_MOST = 500
ENTRIES = 100
LARGEST_ID = 2**63 - 1


class Right(Shape):
    """What the bot should have said."""

    right: Words


class Records:
    """`/desk/api/items/{id}/wrong`, `/desk/api/learning` and `/desk/api/audit`."""

    def __init__(self, office: Office, guard: Guard) -> None:
        self._office = office
        self._guard = guard

    def router(self) -> APIRouter:
        """The routes, each behind the guard."""
        router = APIRouter(prefix=API, tags=["desk"], dependencies=[Depends(self._guard)])
        router.add_api_route(
            "/items/{item_id}/wrong",
            self.wrong,
            methods=["POST"],
            status_code=204,
            summary="The bot answered wrong",
            dependencies=[Depends(self._guard.needs("agent"))],
        )
        for path, read, summary in (
            ("/learning", self.learning, "What the bot answered wrong"),
            ("/audit", self.audit, "Who did and looked at what"),
        ):
            supervisors = [Depends(self._guard.needs("supervisor"))]
            router.add_api_route(path, read, summary=summary, dependencies=supervisors)
        return router

    async def wrong(
        self, session: SignedIn, item_id: Annotated[str, Path(max_length=64)], given: Right
    ) -> Response:
        """For the learning list; the customer is told nothing. 404 for what is not the bot's."""
        agent = session.agent
        known = await self._office.learning.correct(item_id, agent.id, given.right)
        if known is None:
            raise Problem("not-found", "the bot said no such thing")
        await self._office.audit.note(Audited("wrong", agent.id, *known))
        return Response(status_code=204)

    async def learning(self) -> dict[str, Any]:
        """The latest first, each with what the customer had said before."""
        return {
            "items": [
                {
                    "id": one.item_id,
                    "conversation_id": one.conversation_id,
                    "at": moment(one.at),
                    "agent": one.agent,
                    "words": one.words,
                    "text": one.answer,
                    "right": one.right,
                }
                for one in await self._office.learning.corrections(LEARNED_AT_MOST)
            ]
        }

    async def audit(
        self, before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None
    ) -> dict[str, Any]:
        """The latest lines first, or those before one; what the operator did has no agent."""
        entries = await self._office.audit.entries(before=before, limit=ENTRIES)
        return {
            "items": [
                {
                    "id": entry.id,
                    "at": moment(entry.at),
                    "agent": entry.agent_name,
                    "action": entry.what.action,
                    "conversation_id": entry.what.conversation_id,
                }
                for entry in entries
            ]
        }
