"""What staff read: timelines over all channels, failures, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.channel import Author, Fetched
from bot.messages import Account
from bot.messages.outbound import Outbound

DeskAuthor = Author | Literal["note"]


@dataclass(frozen=True)
class DeskItem:
    """An entry of a talk's timeline over all channels, with the notes of staff.

    `id` is the desk's own. Of `content` and `media` (the id of what was sent, with its content
    type) one is there, but where the customer took it back (`erased`), and in the note that two
    talks became one here (`joined`). `failed` says why it could not be sent, `key` then sends it
    again.
    """

    id: str
    author: DeskAuthor
    at: datetime
    channel: str = ""
    content: Outbound | None = None
    name: str | None = None
    media: tuple[int, str] | None = None
    failed: str | None = None
    key: str | None = None
    erased: bool = False
    joined: bool = False


@dataclass(frozen=True)
class Found:
    """A line that a search found."""

    conversation_id: str
    customer: str
    item: DeskItem


@dataclass(frozen=True)
class Undelivered:
    """An outgoing message that could not be sent, why, and since when (real time)."""

    key: str
    account: Account
    reason: str
    since: datetime
    conversation_id: str = ""
    content: Outbound | None = None


@dataclass(frozen=True)
class DeskEvent:
    """Something changed for staff; `cursor` is opaque.

    `kind` is "queue" (who has the talk, and how it stands), "message" (something was said in it),
    "joined" (it `goes_on` as part of another talk) or "supervisor" (somebody calls for one).
    """

    cursor: str
    kind: str
    conversation_id: str
    author: str = ""
    goes_on: str = ""


class Desk(Protocol):
    """What staff read."""

    async def timeline(
        self, conversation_id: str, before: str | None, limit: int
    ) -> Sequence[DeskItem]:
        """The last entries before an entry's id, or of all, oldest first."""

    async def search(self, words: str, before: str | None, limit: int) -> Sequence[Found]:
        """What customers, bot and staff said that has these words in it, newest first."""

    async def media(self, media_id: int) -> tuple[str, Fetched] | None:
        """A picture or file, and the conversation it was sent in."""

    async def undelivered(self) -> Sequence[Undelivered]:
        """Messages that can never be sent, oldest failure first."""

    async def send_again(self, key: str) -> bool:
        """Try once more to send what failed; False when it is no failure any more."""

    async def newest(self) -> str:
        """The cursor behind the newest event."""

    async def events(self, after: str, limit: int) -> Sequence[DeskEvent] | None:
        """What changed behind a cursor, in the order it became visible.

        None when the cursor is too old to tell, or none of ours.
        """

    async def forget_events(self, before: datetime) -> int:
        """Drop events noted before then (real time); how many there were."""
