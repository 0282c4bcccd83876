"""What the customer is told by the desk: changes of owner, and what staff write."""

from __future__ import annotations

import uuid
from datetime import datetime

from bot.channel import Envelope
from bot.dialogue.replies import Replies
from bot.dialogue.state import Button, Line
from bot.handoff.desk import Notice, Step
from bot.messages import inbound
from bot.messages.inbound import BACK_TO_BOT, Inbound
from bot.messages.outbound import Text
from bot.ports import Agent, Change, Clock, DeskTalk, Note

_BACK = Button(BACK_TO_BOT, "open", key="offer.leave_person")


class Voice:
    """Puts what the desk says into envelopes for where the customer wrote last."""

    def __init__(self, replies: Replies, clock: Clock) -> None:
        self._replies = replies
        self._clock = clock

    def change(
        self,
        talk: DeskTalk,
        step: Step,
        name: str = "",
        *,
        letters: tuple[Inbound, ...] = (),
        note: Note | None = None,
    ) -> Change:
        """The step, with what the customer is told of it; `name` is the new owner's."""
        out = self._notice(talk, step.notice, name) if step.notice else ()
        letters = (*letters, *(self._put_off(talk) if step.put_off else ()))
        return Change(step.case, out=out, letters=letters, note=note)

    def _notice(self, talk: DeskTalk, notice: Notice, name: str) -> tuple[Envelope, ...]:
        buttons = (_BACK,) if notice == "joined" else ()
        params: dict[str, object] = {"name": name} if notice == "joined" else {}
        return self._say(talk, Line(f"desk.{notice}", params, buttons))

    def _put_off(self, talk: DeskTalk) -> tuple[Inbound, ...]:
        if talk.account is None or talk.blocked:
            return ()
        letter = f"put_off:{talk.case.id}:{uuid.uuid4().hex}"
        return (inbound.PutOff(id=letter, account=talk.account, at=self._clock.real()),)

    def warning(self, talk: DeskTalk) -> tuple[Envelope, ...]:
        """Please be civil."""
        return self._say(talk, Line("desk.warning"))

    def muted(self, talk: DeskTalk, until: datetime) -> tuple[Envelope, ...]:
        """Nobody answers until then (business time)."""
        return self._say(talk, Line("desk.muted", {"until": until}))

    def unmuted(self, talk: DeskTalk) -> tuple[Envelope, ...]:
        """They are answered again."""
        return self._say(talk, Line("desk.unmuted"))

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
