"""What the customer is told by the desk: changes of owner, and what staff write."""

from __future__ import annotations

import uuid
from datetime import datetime

from bot.channel import Envelope
from bot.dialogue.replies import Replies
from bot.dialogue.state import Button, Line
from bot.handoff.desk import Notice
from bot.handoff.policy import Policy
from bot.messages.inbound import BACK_TO_BOT
from bot.messages.outbound import Text
from bot.ports import Agent, Clock, DeskTalk

_BACK = Button(BACK_TO_BOT, "open", key="offer.leave_person")


class Voice:
    """Puts what the desk says into envelopes for where the customer wrote last."""

    def __init__(self, replies: Replies, policy: Policy, clock: Clock) -> None:
        self._replies = replies
        self._policy = policy
        self._clock = clock

    def notice(self, talk: DeskTalk, notice: Notice | None, name: str = "") -> tuple[Envelope, ...]:
        """What is said of a change of owner; `name` is the new owner's."""
        if notice is None:
            return ()
        now = self._clock.now()
        buttons = (_BACK,) if notice == "joined" else ()
        params: dict[str, object] = {"name": name} if notice == "joined" else {}
        if notice == "deferred":
            params = {"hours": self._policy.hours(now)}
        return self._say(talk, Line(f"desk.{notice}", params, buttons))

    def warning(self, talk: DeskTalk) -> tuple[Envelope, ...]:
        """Please be civil."""
        return self._say(talk, Line("desk.warning"))

    def muted(self, talk: DeskTalk, until: datetime) -> tuple[Envelope, ...]:
        """Nobody answers until then (business time)."""
        return self._say(talk, Line("desk.muted", {"until": until}))

    def _say(self, talk: DeskTalk, line: Line) -> tuple[Envelope, ...]:
        """Nothing to whoever has blocked us: it would only be a failure."""
        if talk.account is None or talk.blocked:
            return ()
        account, now = talk.account, self._clock.now()
        return tuple(
            Envelope(uuid.uuid4().hex, account, "system", content, now)
            for content in self._replies.write((line,), talk.language, now)
        )

    def staff(self, talk: DeskTalk, text: str, key: str, agent: Agent) -> tuple[Envelope, ...]:
        """What a staff member writes; the same `key` goes out once."""
        assert talk.account is not None
        now = self._clock.now()
        words, face = Text(text), agent.picture
        return (Envelope(key, talk.account, "agent", words, now, agent.name, face),)
