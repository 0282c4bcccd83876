"""What helps staff to answer: replies written beforehand, and what the bot would say."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from bot.desk.office import Office
from bot.http.desk.api import allowed
from bot.http.desk.auth import API
from bot.http.desk.guard import Guard, SignedIn
from bot.ports import Audited

TalkId = Annotated[str | None, Query(max_length=64)]


class Helping:
    """`/desk/api/canned` and `/desk/api/conversations/{id}/suggestion`; not for stores."""

    def __init__(self, office: Office, guard: Guard) -> None:
        self._office = office
        self._guard = guard

    def router(self) -> APIRouter:
        """The routes, each behind the guard."""
        staff = [Depends(self._guard), Depends(self._guard.needs("agent"))]
        router = APIRouter(prefix=API, tags=["desk"], dependencies=staff)
        router.add_api_route("/canned", self.canned, summary="Replies to choose from")
        router.add_api_route(
            "/conversations/{conversation_id}/suggestion",
            self.suggestion,
            summary="What the bot would answer",
        )
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

    async def suggestion(self, session: SignedIn, conversation_id: str) -> dict[str, Any]:
        """Its answer to the customer's last words, null where it has none; nothing is sent.

        It may hold what the customer may see of their own, so that asking for it is recorded.
        """
        text = await allowed(self._office.suggest(conversation_id))
        agent_id = session.agent.id
        await self._office.audit.note(Audited("suggestion", agent_id, conversation_id))
        return {"text": text}
