"""Orders that are collected in a store."""

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import Base, UtcDateTime


class Pickup(Base):
    """The pickup of one order; `hold_until` is a business day and lasts to its end."""

    __tablename__ = "pickups"

    order_id: Mapped[str] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True
    )
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    status: Mapped[str] = mapped_column(String(16))
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hold_until: Mapped[date | None]
    code: Mapped[str | None] = mapped_column(String(32))
    extension_used: Mapped[bool] = mapped_column(Boolean, default=False)
    pickup_person: Mapped[str | None]
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
