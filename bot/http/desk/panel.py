"""What the shop knows of a customer, over HTTP: opened section by section."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Depends

from bot.desk.office import Office
from bot.desk.panel import Opened, Section
from bot.errors import Fault
from bot.http.desk.api import allowed
from bot.http.desk.auth import API
from bot.http.desk.guard import Guard, SignedIn
from bot.http.desk.shapes import moment
from bot.http.problems import Problem

Language = Literal["ja", "en"]
"""What the desk is spoken in."""


class CustomerPanel:
    """`/desk/api/conversations/{id}/panel` and its sections; not for stores."""

    def __init__(self, office: Office, guard: Guard) -> None:
        self._office = office
        self._guard = guard

    def router(self) -> APIRouter:
        """The routes, each behind the guard."""
        staff = [Depends(self._guard), Depends(self._guard.needs("agent"))]
        router = APIRouter(prefix=API, tags=["desk"], dependencies=staff)
        panel = "/conversations/{conversation_id}/panel"
        router.add_api_route(panel, self.sections, summary="What can be opened")
        router.add_api_route(
            f"{panel}/{{section}}",
            self.open,
            methods=["POST"],
            summary="Open a section",
            responses={503: {"description": "The shop's system does not answer"}},
        )
        return router

    async def sections(self, conversation_id: str) -> dict[str, Any]:
        """The names of the sections; none where the customer has not proven who they are."""
        return {"sections": list(await allowed(self._office.panel.sections(conversation_id)))}

    async def open(
        self, session: SignedIn, conversation_id: str, section: Section, language: Language = "ja"
    ) -> dict[str, Any]:
        """One section, labelled in this language; that it was opened is recorded."""
        work = self._office.panel.open(session.agent, conversation_id, section, language)
        try:
            return _shape(await allowed(work))
        except Fault:
            detail = "the shop's system does not answer now; try again in a moment"
            raise Problem("unavailable", detail) from None


def _shape(opened: Opened) -> dict[str, Any]:
    shown: dict[str, Any] = {"as_of": moment(opened.as_of)}
    if opened.rows is not None:
        return shown | {"rows": opened.rows}
    return shown | {"items": [{"title": one.title, "rows": one.rows} for one in opened.blocks]}
