"""What staff do with talks: take, answer, note, pass on, give back, finish."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from bot.desk.voice import Voice
from bot.errors import NoSuchTalk, NotYours, Unreachable
from bot.handoff.desk import (
    Event,
    HandedBack,
    PassedOn,
    Replied,
    Resolved,
    Step,
    StoreAnswered,
    Taken,
    Turn,
    Waits,
    after,
)
from bot.handoff.policy import Policy
from bot.messages import inbound
from bot.messages.inbound import Inbound
from bot.ports import (
    Agent,
    Agents,
    Audited,
    Change,
    Clock,
    Decide,
    Desk,
    DeskAudit,
    DeskTalk,
    Handoffs,
    Note,
)


@dataclass(frozen=True)
class Hands:
    """What the desk works with."""

    handoffs: Handoffs
    agents: Agents
    desk: Desk
    audit: DeskAudit
    voice: Voice
    policy: Policy
    clock: Clock

    async def change(
        self,
        agent: Agent,
        action: str,
        conversation_id: str,
        decide: Decide,
        detail: str | None = None,
    ) -> DeskTalk:
        """Change a talk and write down who did it. Raises `NoSuchTalk` and what `decide` raises."""

        def decided(talk: DeskTalk) -> Change:
            try:
                return decide(talk)
            except NotYours as fault:  # it may be another one's since two talks became one
                raise NotYours(fault.owner, talk.conversation_id) from None

        talk = await self.handoffs.change(conversation_id, decided)
        if talk is None:
            raise NoSuchTalk
        await self.audit.note(
            Audited(action, agent.id, talk.conversation_id, talk.customer_id, detail)
        )
        return talk


class Talks:
    """Every action of staff on a talk; each is in the audit log.

    All raise `NoSuchTalk` for a conversation there is not, and `NotYours` for one a colleague has
    or, but for `take` and `note`, nobody took.
    """

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def take(self, agent: Agent, conversation_id: str) -> DeskTalk:
        """Make the talk this agent's; taking one's own again changes nothing."""

        def decide(talk: DeskTalk) -> Change:
            return self._hands.voice.change(talk, self._after(talk, Taken(agent.id)), agent.name)

        return await self._hands.change(agent, "take", conversation_id, decide)

    async def reply(
        self, agent: Agent, conversation_id: str, text: str, client_id: str | None = None
    ) -> DeskTalk:
        """Answer the customer where they wrote last; the same `client_id` goes out once.

        Raises `Unreachable` when they have blocked us.
        """
        made = f"{agent.id}/{client_id}" if client_id else uuid.uuid4().hex
        key = uuid.uuid5(uuid.NAMESPACE_OID, made).hex

        def decide(talk: DeskTalk) -> Change:
            step = self._after(talk, Replied(agent.id))
            if talk.account is None or talk.blocked:
                raise Unreachable
            out = self._hands.voice.staff(talk, text, key, agent)
            return Change(step.case, out=out, once=key)

        return await self._hands.change(agent, "reply", conversation_id, decide)

    async def note(self, agent: Agent, conversation_id: str, text: str) -> DeskTalk:
        """Write something colleagues see and the customer does not.

        From the store that was asked it is the answer the talk waits for.
        """
        note = Note(agent.id, agent.name, text)

        def decide(talk: DeskTalk) -> Change:
            if agent.role == "store":
                self._own_store(agent, talk)
                return Change(
                    self._after(talk, StoreAnswered(agent.store_id or "")).case, note=note
                )
            return Change(talk.case, note=note)

        return await self._hands.change(agent, "note", conversation_id, decide)

    def _own_store(self, agent: Agent, talk: DeskTalk) -> None:
        if talk.case.turn != "store" or talk.case.store != agent.store_id:
            raise NoSuchTalk

    async def pass_on(
        self, agent: Agent, conversation_id: str, *, to_agent: str | None, topic: str
    ) -> DeskTalk:
        """Back to the queue, for a colleague or for whoever knows a topic.

        Where nobody is there, the customer is not told that somebody takes over now.
        """
        open_now = self._hands.policy.staffed(self._hands.clock.now())
        staffed = open_now and bool(await self._hands.agents.present())

        def decide(talk: DeskTalk) -> Change:
            step = self._after(talk, PassedOn(agent.id, to_agent, topic, staffed))
            return self._hands.voice.change(talk, step)

        return await self._hands.change(agent, "transfer", conversation_id, decide)

    async def hand_back(self, agent: Agent, conversation_id: str, note: str | None) -> DeskTalk:
        """The bot goes on with what is open, then asks how it was; `note` stays with the talk."""
        written = Note(agent.id, agent.name, note) if note else None

        def decide(talk: DeskTalk) -> Change:
            step = self._after(talk, HandedBack(agent.id))
            letters = self._to_bot(talk, resolved=False)
            return self._hands.voice.change(talk, step, letters=letters, note=written)

        return await self._hands.change(agent, "hand_back", conversation_id, decide)

    async def resolve(self, agent: Agent, conversation_id: str, reason: str) -> DeskTalk:
        """Done; the customer is asked how it was."""

        def decide(talk: DeskTalk) -> Change:
            step = self._after(talk, Resolved(agent.id, reason))
            letters = self._to_bot(talk, resolved=True)
            return self._hands.voice.change(talk, step, letters=letters)

        return await self._hands.change(agent, "resolve", conversation_id, decide)

    async def waits(
        self, agent: Agent, conversation_id: str, turn: Turn, store: str | None
    ) -> DeskTalk:
        """Say whom the talk waits for."""
        return await self._hands.change(
            agent,
            "turn",
            conversation_id,
            lambda talk: Change(self._after(talk, Waits(agent.id, turn, store)).case),
        )

    async def writes(self, agent: Agent, conversation_id: str) -> DeskTalk:
        """The talk, for who is writing an answer in it; a colleague's is not theirs to answer."""
        row = await self._hands.handoffs.row(conversation_id)
        if row is None:
            raise NoSuchTalk
        if row.talk.case.agent != agent.id:
            raise NotYours(row.talk.case.agent or "")
        return row.talk

    async def send_again(self, agent: Agent, key: str) -> bool:
        """Try once more to send what failed; False when it is no failure any more."""
        done = await self._hands.desk.send_again(key)
        if done:
            await self._hands.audit.note(Audited("resend", agent.id))
        return done

    async def hand_all_over(self, agent: Agent) -> int:
        """Everything this agent has goes back to the queue; how many there were."""
        count = 0
        for conversation_id, case in (await self._hands.handoffs.cases()).items():
            if case.agent == agent.id:
                try:
                    await self.pass_on(agent, conversation_id, to_agent=None, topic="")
                except NotYours:
                    continue  # gone meanwhile
                count += 1
        return count

    def _after(self, talk: DeskTalk, event: Event) -> Step:
        return after(talk.case, event, self._hands.clock.now())

    def _to_bot(self, talk: DeskTalk, *, resolved: bool) -> tuple[Inbound, ...]:
        if talk.account is None:
            return ()
        came = self._hands.clock.real()
        letter = f"returned:{talk.case.id}:{uuid.uuid4().hex}"
        returned = inbound.Returned(
            id=letter,
            account=talk.account,
            at=came,
            resolved=resolved,
            rated=not talk.flagged,
        )
        return (returned,)
