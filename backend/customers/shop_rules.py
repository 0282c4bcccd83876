"""The shop's own rules as far as customers' business needs them.

A rule the shop does not give stays unknown; only the limits of putting aside have a value of
this backend's own, for without any limit a store could be emptied by one visitor.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.tables import Shop

HOLD_DAYS = 2
HOLDS_PER_CUSTOMER = 2
HOLDS_OF_A_STRANGER = 2
PICKUP_EXTENSION_DAYS = 7


@dataclass(frozen=True)
class ShopRules:
    """Rules of the shop; days are business days."""

    yen_per_point: float | None
    ranks: tuple[dict[str, Any], ...]
    invoice_registration_no: str | None
    hold_confirmation: str
    hold_days: int
    holds_per_customer: int


async def shop_rules(session: AsyncSession) -> ShopRules:
    """Read the rules of the shop's document."""
    document = await session.scalar(select(Shop.document)) or {}
    points = document.get("points") or {}
    holds = document.get("holds") or {}
    return ShopRules(
        yen_per_point=points.get("yen_per_point"),
        ranks=tuple(points.get("ranks") or ()),
        invoice_registration_no=document.get("invoice_registration_no"),
        hold_confirmation=holds.get("confirmation") or "instant",
        hold_days=holds.get("days", HOLD_DAYS),
        holds_per_customer=holds.get("per_customer") or HOLDS_PER_CUSTOMER,
    )
