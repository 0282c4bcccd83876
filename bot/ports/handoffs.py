"""Hand-offs as they are kept: changed under a lock, read for the desk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.channel import Author, Envelope
from bot.dialogue.state import Conversation
from bot.handoff.desk import Case
from bot.handoff.queue import Waiting
from bot.messages import Account
from bot.messages.inbound import Inbound


@dataclass(frozen=True)
class DeskTalk:
    """A talk as the desk may decide about it.

    `account` is where the customer wrote last, None for who has no account any more; `blocked`:
    they want nothing from us there. `case` is the current hand-off, or one in state `BOT`.
    `flagged`: staff should look twice. Until `muted_until` (real time) the bot does not answer.
    """

    conversation_id: str
    customer_id: str
    language: str
    case: Case
    account: Account | None = None
    blocked: bool = False
    flagged: bool = False
    muted_until: datetime | None = None


COUNTER = "bot"
"""The author of notes that the counter writes itself."""


@dataclass(frozen=True)
class Note:
    """What a staff member, or the counter, writes for staff."""

    agent_id: str
    name: str
    text: str


@dataclass(frozen=True)
class Change:
    """What becomes of a talk, together or not at all.

    `out` goes to the customer, `letters` to the bot, which goes on with them. A change that is done
    `once` is known by this key: the second time nothing changes. `flagged` and `muted_until` are
    None where they stay as they are. `calls`: supervisors are told at once.
    """

    case: Case
    out: tuple[Envelope, ...] = ()
    letters: tuple[Inbound, ...] = ()
    note: Note | None = None
    once: str | None = None
    flagged: bool | None = None
    muted_until: datetime | None = None
    calls: bool = False

    @property
    def conduct(self) -> dict[str, object]:
        """What changes in how the customer is treated."""
        told = {"flagged": self.flagged, "muted_until": self.muted_until}
        return {name: value for name, value in told.items() if value is not None}

    def applied(self, talk: DeskTalk) -> DeskTalk:
        """The talk after it."""
        return replace(
            talk,
            case=self.case,
            flagged=talk.flagged if self.flagged is None else self.flagged,
            muted_until=self.muted_until or talk.muted_until,
        )


@dataclass(frozen=True)
class LastWords:
    """The newest entry of a talk over all channels."""

    author: Author
    at: datetime
    text: str


@dataclass(frozen=True)
class QueueRow:
    """A talk in the queue or with a person; `name` is the member's, else the platform's."""

    talk: DeskTalk
    name: str
    is_member: bool
    last: LastWords | None = None


@dataclass(frozen=True)
class Whole:
    """Everything kept of a talk that staff may see, but its timeline.

    `summary` is what was understood when a person was wanted.
    """

    row: QueueRow
    conversation: Conversation
    member_id: str | None
    accounts: tuple[KnownAccount, ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownAccount:
    """One of a customer's accounts; `trust` names how far it is trusted now."""

    account: Account
    display_name: str
    trust: str
    blocked: bool


Decide = Callable[[DeskTalk], Change]
"""Pure: may be called again when the transaction it was part of failed."""


class Handoffs(Protocol):
    """Who has which talk."""

    async def change(self, conversation_id: str, decide: Decide) -> DeskTalk | None:
        """Change a talk under its lock; None for one that does not exist.

        A talk that was joined with another is that other one. A turn of the bot that is under way
        finds that the talk moved on, and is answered again. Raises what `decide` raises, and
        nothing is changed then.
        """

    async def open(self, among: Collection[str] | None = None) -> Sequence[QueueRow]:
        """All open hand-offs, or those of these conversations, in no particular order."""

    async def cases(self) -> Mapping[str, Case]:
        """All open hand-offs by conversation, and nothing else of them: cheap to ask often."""

    async def waiting(self) -> Sequence[Waiting]:
        """Who waits to be taken, in no particular order."""

    async def row(self, conversation_id: str) -> QueueRow | None:
        """One talk as `open` shows it, whatever its state."""

    async def whole(self, conversation_id: str) -> Whole | None:
        """One talk with everything beside its timeline."""

    async def of(self, account: Account) -> DeskTalk | None:
        """The talk an account belongs to."""

    async def handled(self, since: datetime) -> Sequence[timedelta]:
        """How long hand-offs that ended since then (business time) were with people."""

    async def rate(self, account: Account, stars: int) -> bool:
        """What the customer thinks of the hand-off that ended last; False when there is none."""
