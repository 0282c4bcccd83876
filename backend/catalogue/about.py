"""Operations 1 and 2: what this backend can do, and how it is."""

from datetime import datetime, timedelta
from typing import Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.conventions.access import Now, Reading, Settings
from backend.conventions.bodies import Moment, Page
from backend.conventions.routes import ContractRoute, fresh_for
from backend.customers.shop_rules import PICKUP_EXTENSION_DAYS, hold_rules, shop_rules
from backend.tables import Coupon, FaqPage, Order, PointsEntry, Product, StockLevel, Store

router = APIRouter(tags=["about"], route_class=ContractRoute)


class Limits(BaseModel):
    """How long and how many."""

    hold_hours: int
    extend_days: int
    max_holds: int


class PointsAbility(BaseModel):
    """What is known of points."""

    lots: bool
    history: bool
    redeem: bool


class IdentityAbility(BaseModel):
    """Who makes, sends and checks one-time codes."""

    otp_owner: Literal["bot", "backend"]


class OrdersAbility(BaseModel):
    """From when on the history of orders is complete; null: no order is left out."""

    history_complete_from: Moment | None


class Capabilities(BaseModel):
    """What this backend can do; what is not listed, nobody speaks of."""

    operations: list[str]
    limits: Limits
    points: PointsAbility
    identity: IdentityAbility
    orders: OrdersAbility


@router.get("/capabilities", dependencies=[Depends(fresh_for(300))])
async def get_capabilities(request: Request, session: Reading, settings: Settings) -> Capabilities:
    """The operations offered, and their limits. What the shop has no data for is left out."""
    rules, holds = await shop_rules(session), await hold_rules(session, settings)
    has_points = rules.yen_per_point is not None or await _any(session, PointsEntry)
    missing = {"points": not has_points, "coupons": not await _any(session, Coupon)}
    missing["faq"] = not await _any(session, FaqPage)
    return Capabilities(
        operations=[
            operation
            for operation in request.app.state.operations
            if not any(lacks and f"/{resource}" in operation for resource, lacks in missing.items())
        ],
        limits=Limits(
            hold_hours=holds.kept // timedelta(hours=1),
            extend_days=PICKUP_EXTENSION_DAYS,
            max_holds=holds.per_member,
        ),
        points=PointsAbility(lots=has_points, history=has_points, redeem=False),
        identity=IdentityAbility(otp_owner="backend"),
        orders=OrdersAbility(history_complete_from=None),
    )


async def _any(session: AsyncSession, table: type[PointsEntry | Coupon | FaqPage]) -> bool:
    return bool(await session.scalar(select(exists().select_from(table))))


class Subsystem(BaseModel):
    """One source of data: when it was last heard of, and how long ago that is."""

    name: str
    status: Literal["ok", "empty"]
    lag_seconds: int | None
    as_of: Moment | None


@router.get("/health")
async def get_health(session: Reading, now: Now) -> Page[Subsystem]:
    """How fresh each part of the data is."""
    sources = {
        "catalogue": select(func.max(Product.updated_at)),
        "stores": select(func.max(Store.updated_at)),
        "stock.pos": select(func.max(StockLevel.as_of)).where(StockLevel.source == "pos"),
        "stock.ec": select(func.max(StockLevel.as_of)).where(StockLevel.source == "ec"),
        "orders": select(func.max(Order.updated_at)),
        "points": select(func.max(PointsEntry.at)).where(PointsEntry.at <= now),
    }
    return Page(
        items=[
            _subsystem(name, await session.scalar(query), now) for name, query in sources.items()
        ]
    )


def _subsystem(name: str, as_of: datetime | None, now: datetime) -> Subsystem:
    if as_of is None:
        return Subsystem(name=name, status="empty", lag_seconds=None, as_of=None)
    lag = max(now - as_of, timedelta(0))
    return Subsystem(name=name, status="ok", lag_seconds=int(lag.total_seconds()), as_of=as_of)
