"""One conversation as staff see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.errors import NoSuchTalk
from bot.handoff import summary
from bot.messages.outbound import Text
from bot.ports import (
    Agent,
    Agents,
    Audited,
    Clock,
    Desk,
    DeskAudit,
    DeskItem,
    Found,
    Handoffs,
    Undelivered,
    Whole,
)

ONE_LOOK = timedelta(minutes=5)
ITEMS = 100
ANSWERS = 3


@dataclass(frozen=True)
class View:
    """A conversation with its latest entries; `more`: there are earlier ones."""

    whole: Whole
    summary: dict[str, Any]
    items: Sequence[DeskItem]
    owner: str | None
    more: bool


class Viewing:
    """Shows conversations; every look is in the audit log.

    An open page reads anew with everything that happens: that is one look for `ONE_LOOK`.
    """

    def __init__(
        self, handoffs: Handoffs, desk: Desk, agents: Agents, audit: DeskAudit, clock: Clock
    ) -> None:
        self._clock = clock
        self._looks: dict[tuple[str, str], datetime] = {}
        self._handoffs = handoffs
        self._desk = desk
        self._agents = agents
        self._audit = audit

    async def conversation(self, agent: Agent, conversation_id: str, before: str | None) -> View:
        """One conversation. Raises `NoSuchTalk`, also for a store that was not asked about it."""
        whole = await self._whole(agent, conversation_id)
        found = await self._desk.timeline(conversation_id, before, ITEMS + 1)
        items, more = list(found)[-ITEMS:], len(found) > ITEMS
        case = whole.row.talk.case
        owner = await self._agents.find(case.agent) if case.agent else None
        await self._looked(agent, whole)
        return View(whole, _summary(whole, items), items, owner.name if owner else None, more)

    async def _whole(self, agent: Agent, conversation_id: str) -> Whole:
        whole = await self._handoffs.whole(conversation_id)
        if whole is None or not may_see(agent, whole):
            raise NoSuchTalk
        return whole

    async def _looked(self, agent: Agent, whole: Whole) -> None:
        talk, now = whole.row.talk, self._clock.real()
        key = (agent.id, talk.conversation_id)
        if key in self._looks and now - self._looks[key] < ONE_LOOK:
            return
        self._looks = {k: at for k, at in self._looks.items() if now - at < ONE_LOOK}
        self._looks[key] = now
        await self._audit.note(Audited("view", agent.id, talk.conversation_id, talk.customer_id))

    async def search(
        self, agent: Agent, words: str, before: str | None, limit: int
    ) -> Sequence[Found]:
        """What was said with these words, newest first. What was sought is nobody's business."""
        await self._audit.note(Audited("search", agent.id))
        return await self._desk.search(words, before, limit)

    async def failures(self, agent: Agent) -> Sequence[Undelivered]:
        """What could not be sent, oldest first."""
        await self._audit.note(Audited("failures", agent.id))
        return await self._desk.undelivered()

    async def media(self, agent: Agent, media_id: int) -> tuple[bytes, str]:
        """A picture or file a customer sent, and its content type. Raises `NoSuchTalk`."""
        found = await self._desk.media(media_id)
        if found is None:
            raise NoSuchTalk
        conversation_id, fetched = found
        talk = (await self._whole(agent, conversation_id)).row.talk
        await self._audit.note(Audited("media", agent.id, talk.conversation_id, talk.customer_id))
        return fetched.content, fetched.content_type


def may_see(agent: Agent, whole: Whole) -> bool:
    """A store sees only what it was asked about; everybody else sees everything."""
    case = whole.row.talk.case
    return agent.role != "store" or (case.turn == "store" and case.store == agent.store_id)


def _summary(whole: Whole, items: Sequence[DeskItem]) -> dict[str, Any]:
    said = [
        item.content.text
        for item in items[-20:]
        if item.author == "customer" and isinstance(item.content, Text)
    ]
    answered = [
        {"at": item.at, "text": item.content.text}
        for item in items
        if item.author == "bot" and isinstance(item.content, Text)
    ]
    case = whole.row.talk.case
    return {
        "asked": summary.asked(whole.conversation, whole.summary),
        "answered": answered[-ANSWERS:],
        "open": summary.open_question(whole.conversation),
        "mood": summary.mood(case, whole.conversation, said),
        "language": whole.row.talk.language,
        "topic": case.topic,
    }
