"""Members: customers the retailer knows."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import ID_LENGTH, Base, UtcDateTime


class Member(Base):
    """A member. `member_no_key`, `phone` and `email` are normalised, so that they compare exactly.

    `backend.customers.contacts` normalises them. `points_as_of` is when the points ledger was last
    imported or changed, `coupons_as_of` the same of their coupons; None where it never was.
    """

    __tablename__ = "members"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    member_no: Mapped[str] = mapped_column(String(ID_LENGTH))
    member_no_key: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    name: Mapped[str]
    name_kana: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None] = mapped_column(String(32), index=True)
    postal_code: Mapped[str | None] = mapped_column(String(16))
    rank: Mapped[str | None]
    home_store_id: Mapped[str | None] = mapped_column(ForeignKey("stores.id"))
    language: Mapped[str | None] = mapped_column(String(8))
    marketing_consent: Mapped[bool] = mapped_column(Boolean, default=False)
    points_as_of: Mapped[datetime | None] = mapped_column(UtcDateTime)
    coupons_as_of: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
