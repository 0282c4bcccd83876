"""Lines of `members.jsonl`, `points.jsonl`, `coupons.jsonl`, `carts.jsonl` and `viewed.jsonl`."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from backend.importing.moments import ImportDay, ImportMoment
from backend.importing.records.base import Id, Positive, Price, Record, Text

UsableAt = Literal["ec", "store"]


def _everywhere() -> list[UsableAt]:
    return ["ec", "store"]


class MemberRecord(Record):
    """A member."""

    id: Id
    member_no: Id
    name: Text
    name_kana: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    postal_code: Text | None = None
    rank: Text | None = None
    home_store_id: Id | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] | None = None


class PointsRecord(Record):
    """An entry of a member's points ledger."""

    customer_id: Id
    kind: Literal["earn", "use", "expire", "adjust", "return"]
    delta: Annotated[int, Field(ge=-2_000_000_000, le=2_000_000_000)]
    at: ImportMoment
    expires_on: ImportDay | None = None
    order_no: Id | None = None
    store_id: Id | None = None
    pending: bool = False
    limited: bool = False
    usable_at: list[UsableAt] = Field(default_factory=_everywhere)


class Discount(Record):
    """Either a percentage or an amount off."""

    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    amount: Price | None = None

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("either percent or amount")
        return self


class CouponRecord(Record):
    """A member's coupon."""

    id: Id
    customer_id: Id
    name: Text
    discount: Discount
    min_amount: Price | None = None
    valid_from: ImportDay | None = None
    valid_until: ImportDay
    usable_at: list[UsableAt]
    status: Literal["active", "used", "expired"]
    barcode: Text | None = None

    @model_validator(mode="after")
    def _amounts_are_in_one_currency(self) -> Self:
        off, least = self.discount.amount, self.min_amount
        if off is not None and least is not None and off.currency != least.currency:
            raise ValueError("min_amount is in another currency than discount.amount")
        return self


class CartItem(Record):
    """Pieces of a variant in a cart."""

    variant_id: Id
    quantity: Positive


class CartRecord(Record):
    """A member's cart."""

    customer_id: Id
    items: list[CartItem]
    updated_at: ImportMoment


class ViewedRecord(Record):
    """A product that a member looked at."""

    customer_id: Id
    product_id: Id
    at: ImportMoment
