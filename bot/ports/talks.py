"""Customers' talks, and what one turn changes in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.channel import Envelope
from bot.customers.profile import Customer
from bot.dialogue.state import Act, Conversation
from bot.handoff.desk import NOBODYS, Case
from bot.messages import Account
from bot.ports.doors import Caller
from bot.ports.mailbox import Claim


@dataclass(frozen=True)
class PendingAct:
    """An agreed effect that was written down before it was sent.

    `outcome` is None until it is known; a reclaimed turn performs it first, with the same key.
    """

    letter_id: int
    act: Act
    outcome: object | None = None


@dataclass(frozen=True)
class Sheet:
    """Everything about one customer that a turn may read and change; `version` guards the commit.

    `customer` and `caller` are as trusted as the account that wrote. `pending` are the effects
    the claimed letters had agreed to before a crash, in order. `greeted`: this account was told
    once what the counter is. `case` is the current hand-off, or one in state `BOT`. `muted`: staff
    have decided that they are not answered now.
    """

    customer: Customer
    caller: Caller
    conversation: Conversation
    version: int
    pending: tuple[PendingAct, ...] = ()
    greeted: bool = True
    case: Case = NOBODYS
    muted: bool = False


@dataclass(frozen=True)
class TurnRecord:
    """What one turn changes, committed together or not at all.

    `letters` are done with it; `masked` letters' texts are hidden in the timeline. The turn that
    does the last letter of its claim gives the claim back. `greets`: the account that is told what
    the counter is. `case` is what becomes of the hand-off, None where nothing does; `summary` what
    was understood when a person was wanted; `wrote` where the customer wrote.
    """

    claim: Claim
    letters: tuple[int, ...]
    conversation: Conversation
    customer: Customer
    version: int
    out: tuple[Envelope, ...] = ()
    masked: frozenset[int] = frozenset()
    greets: Account | None = None
    case: Case | None = None
    summary: Mapping[str, Any] | None = None
    wrote: Account | None = None

    @property
    def is_last(self) -> bool:
        """Is nothing left to do under its claim?"""
        return bool(self.claim.letters) and self.claim.letters[-1].id in self.letters


class Conversations(Protocol):
    """Customers' talks."""

    async def open(self, claim: Claim, account: Account) -> Sheet | None:
        """What is known of the claimed customer; None when the account is another's by now."""

    async def commit(self, turn: TurnRecord) -> bool:
        """Store a turn with everything it changes, together or not at all.

        False, and nothing stored, when the version moved on, the claim was lost, or the customer
        was merged away: the letters stay and are answered again.
        """

    async def begin(self, claim: Claim, version: int, pending: PendingAct) -> bool:
        """Write an effect down before it is sent; False when the claim was lost."""

    async def settle(self, pending: PendingAct) -> None:
        """Write an effect's outcome down."""
