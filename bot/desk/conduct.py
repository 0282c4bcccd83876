"""What staff do about customers who do them harm. All of it is in the audit log."""

from __future__ import annotations

from datetime import timedelta

from bot.desk.talks import Hands
from bot.errors import NotYours
from bot.ports import Agent, Change, DeskTalk, Note


class Conduct:
    """Flags, warns and mutes; all raise `NoSuchTalk` for a conversation there is not."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def flag(self, agent: Agent, conversation_id: str, *, flagged: bool) -> DeskTalk:
        """Colleagues see that this one needs care, until the flag is taken down."""
        return await self._hands.change(
            agent,
            "flag" if flagged else "unflag",
            conversation_id,
            lambda talk: Change(talk.case, flagged=flagged),
        )

    async def warn(self, agent: Agent, conversation_id: str) -> DeskTalk:
        """Ask the customer for civil words. Raises `NotYours` for who does not have the talk."""

        def decide(talk: DeskTalk) -> Change:
            if talk.case.agent != agent.id:
                raise NotYours(talk.case.agent or "")
            return Change(talk.case, out=self._hands.voice.warning(talk))

        return await self._hands.change(agent, "warn", conversation_id, decide)

    async def mute(self, agent: Agent, conversation_id: str, length: timedelta) -> DeskTalk:
        """The bot does not answer for so long, and the customer is told until when.

        What they write is kept and shown all the same.
        """
        clock = self._hands.clock

        def decide(talk: DeskTalk) -> Change:
            out = self._hands.voice.muted(talk, clock.now() + length)
            return Change(talk.case, out=out, muted_until=clock.real() + length)

        minutes = f"{length // timedelta(minutes=1)} min"
        return await self._hands.change(agent, "mute", conversation_id, decide, minutes)

    async def unmute(self, agent: Agent, conversation_id: str) -> DeskTalk:
        """The bot answers again from now on, and the customer is told; only where it did not."""

        def decide(talk: DeskTalk) -> Change:
            now = self._hands.clock.real()
            if talk.muted_until is None or talk.muted_until <= now:
                return Change(talk.case)
            return Change(talk.case, out=self._hands.voice.unmuted(talk), muted_until=now)

        return await self._hands.change(agent, "unmute", conversation_id, decide)

    async def call_supervisor(self, agent: Agent, conversation_id: str, why: str) -> DeskTalk:
        """A note in the talk, and a call to every supervisor who has the desk open."""
        note = Note(agent.id, agent.name, why)
        return await self._hands.change(
            agent,
            "call_supervisor",
            conversation_id,
            lambda talk: Change(talk.case, note=note, calls=True),
        )
