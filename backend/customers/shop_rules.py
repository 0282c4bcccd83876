"""The shop's own rules as far as customers' business needs them.

A rule the shop does not give stays unknown; only putting aside is bounded by this backend's
settings then.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.settings import BackendSettings
from backend.tables import Shop

PICKUP_EXTENSION_DAYS = 7


@dataclass(frozen=True)
class ShopRules:
    """Rules of the shop."""

    yen_per_point: float | None
    ranks: tuple[dict[str, Any], ...]
    invoice_registration_no: str | None


@dataclass(frozen=True)
class HoldRules:
    """Who confirms that something is put aside, for how long, and how many one may have."""

    confirmation: str
    kept: timedelta
    per_member: int
    per_stranger: int


async def shop_rules(session: AsyncSession) -> ShopRules:
    """Read the rules of the shop's document."""
    document = await _document(session)
    points = document.get("points") or {}
    return ShopRules(
        yen_per_point=points.get("yen_per_point"),
        ranks=tuple(points.get("ranks") or ()),
        invoice_registration_no=document.get("invoice_registration_no"),
    )


async def hold_rules(session: AsyncSession, settings: BackendSettings) -> HoldRules:
    """Read the shop's rules of putting aside; what they do not say is as set for this backend."""
    holds = (await _document(session)).get("holds") or {}
    days, limit = holds.get("days"), settings.hold_limit
    per_member = holds.get("per_customer") or limit
    return HoldRules(
        confirmation=holds.get("confirmation") or "instant",
        kept=timedelta(hours=settings.hold_hours) if days is None else timedelta(days=days),
        per_member=per_member,
        per_stranger=min(per_member, limit),
    )


async def _document(session: AsyncSession) -> dict[str, Any]:
    return await session.scalar(select(Shop.document)) or {}
