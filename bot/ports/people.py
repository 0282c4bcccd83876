"""Who has which account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.customers.linking import CodeNotTaken, CodeTaken, LinkCode, LinkedAccount
from bot.customers.profile import Customer
from bot.messages import Account
from bot.ports.doors import Caller, Proof


class Customers(Protocol):
    """Who has which account, and how far each is trusted."""

    async def profile(self, account: Account) -> Customer:
        """The customer of an account, trusted as the account is at this moment."""

    async def caller(self, account: Account) -> Caller:
        """For whom doors are asked on this account now."""

    async def prove(self, account: Account, proof: Proof, *, by: str) -> None:
        """The account was proven to be this member's: link it, trust it, join the talks.

        Where the member is a customer already, the account moves there with its frames and focus.
        Two members never join: only the account moves. All of it is in the audit log.
        """

    async def introduce(self, account: Account, display_name: str) -> None:
        """What the platform calls its user: for staff, never to address a member by."""

    async def touch(self, account: Account) -> None:
        """The account is being used: its proof stays fresh."""

    async def leave(self, account: Account) -> None:
        """The account logs out: trust ends, its session is forgotten, its timeline hidden."""

    async def member_of(self, account: Account) -> str | None:
        """The member an account was proven to be, if any."""


class Linking(Protocol):
    """Codes that carry a talk to another channel, and accounts that are let go again."""

    async def make(self, account: Account) -> LinkCode | None:
        """A new code, good once; None when the account made too many lately."""

    async def take(self, account: Account, code: str, key: str) -> CodeTaken | CodeNotTaken:
        """Use a code on another channel; the same `key` takes the same code again."""

    async def give_back(self, code: str) -> None:
        """What the code was taken for could not be done: it may be used once more."""

    async def join(self, account: Account, maker: Account) -> None:
        """The talk of a maker nobody knows goes on with this account, which took the code."""

    async def linked(self, account: Account) -> Sequence[LinkedAccount]:
        """All accounts of this account's customer, longest known first."""

    async def unlink(self, account: Account, which: str) -> Account | None:
        """Let one of them go, with what was said on it; None when it is not among them.

        It is a stranger's again; what was open or spoken of stays with the customer. Where it is
        the asking account itself, the consent just asked for goes along, and a wish for a person
        where the customer has no other account.
        """
