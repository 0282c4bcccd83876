"""What goes out, what was said, and who waits for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.channel import Envelope, Item
from bot.messages import Account


@dataclass(frozen=True)
class Parcel:
    """Envelopes of one account that wait to be sent, in order, under a lease.

    `lane` is the storage's own name of the account, whatever id the platform has for it by now.
    """

    account: Account
    token: str
    envelopes: tuple[Envelope, ...]
    attempts: int = 0
    lane: int = 0


@dataclass(frozen=True)
class Aging:
    """An account whose message is not answered yet, and its unused handle, taken until `until`."""

    account: Account
    reply: str
    language: str
    until: datetime


class Outbox(Protocol):
    """Outgoing messages of channels that must be called.

    Where replies are free, each account's newest handle is kept and given out with what goes there.
    """

    async def claim(self, worker: str, *, lease_seconds: float) -> Parcel | None:
        """The next account with due messages; its oldest first, never out of order."""

    async def sent(self, parcel: Parcel, keys: Sequence[str], used: Collection[str] = ()) -> None:
        """These went out, and these handles must not be given out again."""

    async def retry(self, parcel: Parcel, key: str, *, not_before: datetime, reason: str) -> None:
        """This one and those behind it wait; not for long if the customer wrote meanwhile."""

    async def dead(self, parcel: Parcel, key: str, *, reason: str, blocked: bool) -> None:
        """This one can never be sent: a failure the desk sees; those behind it move on."""

    async def release(self, parcel: Parcel) -> None:
        """Give the claim back."""

    async def migrated(self, account: Account, to: Account) -> None:
        """The platform has given the account another id: all there is goes on under that one."""

    async def aging(
        self, channel: str, *, came_before: datetime, lease_seconds: float
    ) -> Aging | None:
        """Take an unused handle that came before then (real time) with a message that still waits.

        It is used up thereby, and nothing else goes to the account under the lease.
        """

    async def offered(self, aging: Aging, *, until: datetime | None) -> None:
        """What goes to the account waits until then (real time) for the customer to ask for it.

        With None it does not wait. Nothing changes where the customer has written meanwhile: from
        then on, all goes with what they wrote.
        """


class Timeline(Protocol):
    """What was said, by account."""

    async def after(self, account: Account, cursor: int, limit: int) -> Sequence[Item]:
        """Items behind a cursor, oldest first; never splits one turn's items."""

    async def before(self, account: Account, cursor: int | None, limit: int) -> Sequence[Item]:
        """The last items before a cursor, or of all, oldest first; never splits a turn's items."""


class Bell(Protocol):
    """Wakes those who wait for letters, outgoing messages or a timeline, in this process.

    Only a hint: whoever waits looks again when the time is up, so that nothing rests on it.
    """

    def ring(self, topic: str) -> None:
        """Something happened, for all who wait: an account's "channel:user"."""

    def call(self, topic: str) -> None:
        """There is something to do, for one of those who wait: "mailbox" or "outbox"."""

    async def wait(self, topic: str, seconds: float) -> None:
        """Return when rung or called, or when the time is up."""
