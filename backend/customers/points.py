"""Operations 33–35: points, their lots and their history."""

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import TOKYO, business_day
from backend.conventions.access import Linked, Now, Reading, Verified
from backend.conventions.bodies import Moment, Page
from backend.conventions.paging import Paging, encode_cursor
from backend.conventions.problems import not_found
from backend.conventions.routes import ContractRoute, fresh_for
from backend.customers.points_ledger import Booked, Entry, Lot, Points, points_at
from backend.customers.shop_rules import shop_rules
from backend.tables import Member, Order, PointsEntry

router = APIRouter(tags=["points"], route_class=ContractRoute)

ANYWHERE = ("ec", "store")


class Expiring(BaseModel):
    """Points that run out next, and the last day they can be used."""

    points: int
    expires_on: date


class RankView(BaseModel):
    """A member's rank; what the shop does not say is None."""

    code: str
    name: str | None
    since: date | None = None
    next: dict[str, Any] | None = None


class PointsView(BaseModel):
    """A member's points. The balance may be negative after a return.

    `as_of` is when the ledger was last imported or changed; None where it never was.
    """

    balance: int
    pending: int
    pending_from: date | None
    expiring_next: Expiring | None
    rank: RankView | None
    rate_yen_per_point: float | None
    as_of: Moment | None
    source: str = "crm"


class LotView(BaseModel):
    """Points earned together."""

    points_remaining: int
    earned_on: date
    expires_on: date | None
    kind: str
    usable_at: list[str]


class LotsView(BaseModel):
    """The lots with points left, the one that runs out first in front."""

    items: list[LotView]
    as_of: Moment | None
    source: str = "crm"


class HistoryEntry(BaseModel):
    """A change of the balance."""

    at: Moment
    delta: int
    kind: str
    order_id: str | None
    order_no: str | None
    store_id: str | None
    balance_after: int


@router.get("/customers/{customer_id}/points", dependencies=[Depends(fresh_for(60))])
async def read_points(customer_id: str, asker: Linked, session: Reading, now: Now) -> PointsView:
    """How many points a member has, and which run out next."""
    asker.must_own(customer_id)
    member = await _member(session, customer_id)
    points = await _points(session, member, now)
    rules = await shop_rules(session)
    expiring = points.expiring_next
    return PointsView(
        balance=points.balance,
        pending=points.pending,
        pending_from=points.pending_from,
        expiring_next=expiring and Expiring(points=expiring[0], expires_on=expiring[1]),
        rank=_rank(member.rank, rules.ranks),
        rate_yen_per_point=rules.yen_per_point,
        as_of=member.points_as_of,
    )


@router.get("/customers/{customer_id}/points/lots", dependencies=[Depends(fresh_for(60))])
async def list_lots(customer_id: str, asker: Linked, session: Reading, now: Now) -> LotsView:
    """The member's points by the day they run out."""
    asker.must_own(customer_id)
    member = await _member(session, customer_id)
    points = await _points(session, member, now)
    return LotsView(items=[_lot_view(lot) for lot in points.lots], as_of=member.points_as_of)


@router.get("/customers/{customer_id}/points/history")
async def list_history(
    customer_id: str, asker: Verified, session: Reading, now: Now, page: Paging
) -> Page[HistoryEntry]:
    """What changed the balance, newest first."""
    asker.must_own(customer_id)
    member = await _member(session, customer_id)
    history = (await _points(session, member, now)).history
    # The cursor counts from the oldest entry, so that a new one does not move the page.
    after = page.after(int)
    end = len(history) if after is None else min(max(int(after[0] or 0), 0), len(history))
    start = max(end - page.limit, 0)
    order_ids = await _order_ids(session, customer_id)
    shown = [_history_entry(booked, order_ids) for booked in reversed(history[start:end])]
    return Page(items=shown, next_cursor=encode_cursor((start,)) if start else None)


async def _member(session: AsyncSession, customer_id: str) -> Member:
    member = await session.get(Member, customer_id)
    if member is None:
        raise not_found("customer")
    return member


async def _points(session: AsyncSession, member: Member, now: datetime) -> Points:
    rows = await session.scalars(
        select(PointsEntry)
        .where(PointsEntry.customer_id == member.id)
        .order_by(PointsEntry.at, PointsEntry.id)
    )
    return points_at([_entry(row) for row in rows], now, TOKYO)


def _entry(row: PointsEntry) -> Entry:
    return Entry(
        kind=row.kind,
        delta=row.delta,
        at=row.at,
        expires_on=row.expires_on,
        order_no=row.order_no,
        store_id=row.store_id,
        pending=row.pending,
        limited=row.limited,
        usable_at=tuple(row.usable_at) or ANYWHERE,
    )


def _rank(code: str | None, ranks: tuple[dict[str, Any], ...]) -> RankView | None:
    if code is None:
        return None
    names = {rank.get("code"): rank.get("name") for rank in ranks}
    return RankView(code=code, name=names.get(code))


def _lot_view(lot: Lot) -> LotView:
    return LotView(
        points_remaining=lot.remaining,
        earned_on=business_day(lot.earned_at),
        expires_on=lot.expires_on,
        kind="limited" if lot.limited else "regular",
        usable_at=list(lot.usable_at),
    )


async def _order_ids(session: AsyncSession, customer_id: str) -> dict[str, str]:
    orders = await session.execute(
        select(Order.order_no, Order.id).where(Order.customer_id == customer_id)
    )
    return dict(orders.all())


def _history_entry(booked: Booked, order_ids: dict[str, str]) -> HistoryEntry:
    entry = booked.entry
    return HistoryEntry(
        at=entry.at,
        delta=entry.delta,
        kind=entry.kind,
        order_id=order_ids.get(entry.order_no or ""),
        order_no=entry.order_no,
        store_id=entry.store_id,
        balance_after=booked.balance_after,
    )
