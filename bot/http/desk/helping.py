"""What helps staff to answer: replies written beforehand."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from bot.desk.office import Office
from bot.http.desk.api import allowed
from bot.http.desk.auth import API
from bot.http.desk.guard import Guard, SignedIn

TalkId = Annotated[str | None, Query(max_length=64)]


class Helping:
    """`/desk/api/canned`; not for stores."""

    def __init__(self, office: Office, guard: Guard) -> None:
        self._office = office
        self._guard = guard

    def router(self) -> APIRouter:
        """The routes, each behind the guard."""
        staff = [Depends(self._guard), Depends(self._guard.needs("agent"))]
        router = APIRouter(prefix=API, tags=["desk"], dependencies=staff)
        router.add_api_route("/canned", self.canned, summary="Replies to choose from")
        return router

    async def canned(
        self,
        session: SignedIn,
        language: Annotated[str, Query(max_length=16)] = "ja",
        conversation_id: TalkId = None,
    ) -> dict[str, Any]:
        """In the customer's language; filled for a conversation where one is named."""
        listed = self._office.canned.listed(session.agent, language, conversation_id)
        return {
            "items": [
                {"key": reply.key, "title": reply.title, "text": text}
                for reply, text in await allowed(listed)
            ]
        }
