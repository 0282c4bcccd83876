"""Looks after talks when time passes: nobody's chat is lost, whoever went away."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.desk.voice import Voice
from bot.handoff.desk import Case, Event, FellSilent, Staffed, State, Unstaffed, Vanished, after
from bot.handoff.policy import Policy
from bot.ports import Agent, Agents, Change, Clock, Desk, DeskTalk, Handoffs

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 2.0
EVENTS_KEPT = timedelta(days=1)


class Keeper:
    """Moves talks on where no one else would. Any number of processes may do so at once.

    `since` is when this one began to look (real time): before that, nobody could be seen by it.
    """

    def __init__(
        self,
        handoffs: Handoffs,
        agents: Agents,
        desk: Desk,
        voice: Voice,
        policy: Policy,
        clock: Clock,
        since: datetime,
    ) -> None:
        self._handoffs = handoffs
        self._agents = agents
        self._desk = desk
        self._voice = voice
        self._policy = policy
        self._clock = clock
        self._since = since

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await self.look()
            except Exception as fault:
                log.error("desk.keeper_fault", fault=type(fault).__name__)

    async def look(self) -> None:
        """Move on every talk whose time has come; one that cannot be must not keep the others."""
        cases = await self._handoffs.cases()
        if not cases:
            return
        agents = {agent.id: agent for agent in await self._agents.listed()}
        somebody = bool(await self._agents.present())
        staffed = self._policy.staffed(self._clock.now())
        for conversation_id, case in cases.items():
            event = self._due(case, agents, somebody, staffed)
            if event is None:
                continue
            try:
                await self._happens(conversation_id, event, case)
            except Exception as fault:
                log.error("desk.keeper_fault", fault=type(fault).__name__, exc_info=True)

    def _due(
        self, case: Case, agents: dict[str, Agent], somebody: bool, staffed: bool
    ) -> Event | None:
        """What time has brought about for a talk; of its words nothing is known here."""
        now = self._clock.now()
        if case.state is State.WITH_PERSON:
            if self._is_gone(agents.get(case.agent or "")):
                return Vanished(staffed and somebody)
            quiet = case.turn == "customer" and now - (case.since or now) > self._policy.silence
            return FellSilent() if quiet else None
        if case.state is State.WAITING:
            waited = now - (case.since or now)
            alone = not somebody and waited > self._policy.patience
            return Unstaffed() if alone or not staffed else None
        return Staffed() if staffed and somebody else None

    def _is_gone(self, agent: Agent | None) -> bool:
        if agent is None or agent.disabled_at is not None or agent.seen_at is None:
            return True
        # Nobody could be seen while the server was down.
        seen = max(agent.seen_at, self._since)
        return self._clock.real() - seen > self._policy.grace

    async def _is_silent(self, conversation_id: str) -> bool:
        row = await self._handoffs.row(conversation_id)
        last = row.last if row else None
        return last is None or self._clock.now() - last.at > self._policy.silence

    async def _happens(self, conversation_id: str, event: Event, seen: Case) -> None:
        if isinstance(event, FellSilent) and not await self._is_silent(conversation_id):
            return

        def decide(talk: DeskTalk) -> Change:
            if talk.case != seen:
                return Change(talk.case)  # somebody was faster; look again next time
            step = after(talk.case, event, self._clock.now())
            return self._voice.change(talk, step)

        await self._handoffs.change(conversation_id, decide)
        log.info("desk.moved_on", why=type(event).__name__)

    async def forget(self) -> None:
        """Drop events nobody resumes from any more."""
        await self._desk.forget_events(self._clock.real() - EVENTS_KEPT)
