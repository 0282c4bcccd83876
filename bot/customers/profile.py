"""What a script may assume about the person, whichever channel they came by."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from bot.customers.focus import Focus


class Trust(IntEnum):
    """How sure we are who this is."""

    ANONYMOUS = 0
    LINKED = 1  # this account was proven once
    VERIFIED = 2  # proven lately


@dataclass(frozen=True)
class Customer:
    """The person before us.

    `name` is the member's own (never a platform's display name), `usual_store` a store id;
    `in_company`: others read along, so that nothing of their own may be said, asked or changed.
    """

    id: str = ""
    language: str = "ja"
    trust: Trust = Trust.ANONYMOUS
    member_id: str | None = None
    name: str | None = None
    usual_store: str | None = None
    focus: Focus = field(default_factory=Focus)
    policy: frozenset[tuple[str, Trust]] = frozenset()
    in_company: bool = False

    def may(self, act: str) -> bool:
        """Is trust high enough for this act, by the operator's policy?"""
        return self.trust >= self.needs(act)

    def needs(self, act: str) -> Trust:
        """The level an act needs; what the policy does not name needs the highest."""
        return dict(self.policy).get(act, Trust.VERIFIED)
