"""Operation 37: a member's coupons."""

from datetime import date

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import select

from backend.clock import business_day
from backend.conventions.access import Linked, Now, Reading
from backend.conventions.bodies import Moment, Money
from backend.conventions.routes import ContractRoute, fresh_for
from backend.customers.contacts import masked_number
from backend.tables import Coupon, Member

router = APIRouter(tags=["coupons"], route_class=ContractRoute)

ORDER_OF_STATUS = ("active", "used", "expired")


class Discount(BaseModel):
    """Either a percentage or an amount off."""

    percent: int | None = None
    amount: Money | None = None


class CouponView(BaseModel):
    """A coupon, valid to the end of `valid_until`."""

    id: str
    name: str
    code_masked: str | None
    discount: Discount
    min_amount: Money | None
    valid_from: date | None
    valid_until: date
    usable_at: list[str]
    status: str


class CouponsView(BaseModel):
    """Usable coupons first, the one that runs out soonest in front.

    `as_of` is when the member's coupons were last imported; None where they never were.
    """

    items: list[CouponView]
    as_of: Moment | None
    source: str = "crm"


@router.get("/customers/{customer_id}/coupons", dependencies=[Depends(fresh_for(60))])
async def list_coupons(customer_id: str, asker: Linked, session: Reading, now: Now) -> CouponsView:
    """A member's coupons with the used and the expired ones."""
    asker.must_own(customer_id)
    coupons = await session.scalars(
        select(Coupon)
        .where(Coupon.customer_id == customer_id)
        .order_by(Coupon.valid_until, Coupon.id)
    )
    views = [_view(coupon, business_day(now)) for coupon in coupons]
    views.sort(key=lambda view: ORDER_OF_STATUS.index(view.status))
    member = await session.get(Member, customer_id)
    return CouponsView(items=views, as_of=member and member.coupons_as_of)


def _view(coupon: Coupon, today: date) -> CouponView:
    over = coupon.status == "active" and coupon.valid_until < today
    return CouponView(
        id=coupon.id,
        name=coupon.name,
        code_masked=coupon.barcode and masked_number(coupon.barcode),
        discount=Discount(
            percent=coupon.discount_percent, amount=_money(coupon, coupon.discount_amount)
        ),
        min_amount=_money(coupon, coupon.min_amount),
        valid_from=coupon.valid_from,
        valid_until=coupon.valid_until,
        usable_at=coupon.usable_at,
        status="expired" if over else coupon.status,
    )


def _money(coupon: Coupon, amount: int | None) -> Money | None:
    if amount is None or coupon.currency is None:
        return None
    return Money(currency=coupon.currency, amount=amount)
