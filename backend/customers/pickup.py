"""Operations 25–29: an order collected at a store."""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from backend.catalogue.hours import at_wall_clock
from backend.catalogue.stores import store_of
from backend.conventions.access import Linked, Now, Reading, Verified
from backend.conventions.bodies import Body, Moment
from backend.conventions.effects import DryRun, Effecting, EffectRoute, MustMatch
from backend.conventions.routes import fresh_for
from backend.customers import pickup_book
from backend.customers.order_book import WholeOrder, whole_order
from backend.customers.pickup_views import PickupView, pickup_view
from backend.customers.plans import Plan
from backend.customers.reservations import lock_stock
from backend.tables import Pickup

router = APIRouter(tags=["pickup"], route_class=EffectRoute, prefix="/orders/{order_id}/pickup")

CODE_SHOWN_FOR = timedelta(minutes=10)


async def _locked_order(
    order_id: str, asker: Verified, session: Effecting, now: Now, must_match: MustMatch
) -> WholeOrder:
    await lock_stock(session)
    whole = await whole_order(session, order_id, asker, now)
    must_match(whole.etag)
    return whole


ToChange = Annotated[WholeOrder, Depends(_locked_order)]
"""The customer's own order, kept from changing under our hands and as `If-Match` expects it."""


def _answer(
    whole: WholeOrder, etag: str, effects: pickup_book.Effects, dry_run: bool, response: Response
) -> PickupView | Plan:
    if dry_run:
        return Plan(effects=effects, etag=etag)
    response.headers["ETag"] = whole.etag
    return pickup_view(whole)


@router.get("", dependencies=[Depends(fresh_for(30))])
async def read_pickup(
    order_id: str, asker: Linked, session: Reading, now: Now, response: Response
) -> PickupView:
    """Where a collection stands."""
    whole = await whole_order(session, order_id, asker, now)
    response.headers["ETag"] = whole.etag
    return pickup_view(whole)


class OtherStore(Body):
    """The store to collect at instead."""

    store_id: str = Field(max_length=64)


@router.post("/change-store", response_model=PickupView | Plan)
async def change_store(
    asked: OtherStore,
    whole: ToChange,
    session: Effecting,
    dry_run: DryRun,
    now: Now,
    response: Response,
) -> PickupView | Plan:
    """Collect at another store that has everything; it is prepared anew there."""
    etag = whole.etag
    store = await store_of(session, asked.store_id)
    effects = await pickup_book.change_store(session, whole, store, now)
    return _answer(whole, etag, effects, dry_run, response)


class LongerHold(Body):
    """The last business day the order is to be kept."""

    until: date


@router.post("/extend", response_model=PickupView | Plan)
async def extend(
    asked: LongerHold, whole: ToChange, dry_run: DryRun, now: Now, response: Response
) -> PickupView | Plan:
    """Have a ready order kept longer, once."""
    etag = whole.etag
    effects = pickup_book.extend(whole, asked.until, now)
    return _answer(whole, etag, effects, dry_run, response)


@router.post("/cancel", response_model=PickupView | Plan)
async def cancel(
    whole: ToChange, session: Effecting, dry_run: DryRun, now: Now, response: Response
) -> PickupView | Plan:
    """Cancel what was not collected; a dry run shows the refund and the points that move."""
    etag = whole.etag
    effects = await pickup_book.cancel(session, whole, now)
    return _answer(whole, etag, effects, dry_run, response)


class Barcode(BaseModel):
    """What a till can read."""

    format: str
    payload: str


class CodeView(BaseModel):
    """What the customer shows in the store; to be shown until `expires_at`, then asked anew."""

    code: str
    barcode: Barcode
    expires_at: Moment


@router.post("/code")
async def show_code(order_id: str, asker: Verified, session: Effecting, now: Now) -> CodeView:
    """The code a ready order is handed over for."""
    whole = await whole_order(session, order_id, asker, now)
    pickup = pickup_book.collection_of(whole, "code")
    code = pickup_book.collection_code(pickup)
    barcode = Barcode(format="code128" if code.isascii() else "qr", payload=code)
    return CodeView(code=code, barcode=barcode, expires_at=_shown_until(pickup, now))


def _shown_until(pickup: Pickup, now: datetime) -> datetime:
    soon = now + CODE_SHOWN_FOR
    if pickup.hold_until is None:
        return soon
    return min(soon, at_wall_clock(pickup.hold_until, "24:00"))
