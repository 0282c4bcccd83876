"""The points ledger."""

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import ID_LENGTH, Base, BigKey, Json, UtcDateTime


class PointsEntry(Base):
    """One entry of a member's ledger. Balance and lots are computed from the entries."""

    __tablename__ = "points_entries"
    __table_args__ = (Index("ix_points_entries_customer_id_at", "customer_id", "at"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str] = mapped_column(String(8))
    delta: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date | None]
    order_no: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    store_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    pending: Mapped[bool] = mapped_column(Boolean, default=False)
    limited: Mapped[bool] = mapped_column(Boolean, default=False)
    usable_at: Mapped[list[str]] = mapped_column(Json, default=list)
