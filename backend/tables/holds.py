"""Pieces put aside for a customer."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import ID_LENGTH, Base, UtcDateTime


class Hold(Base):
    """A hold, owned by a member or, without proof, by a channel's user."""

    __tablename__ = "holds"
    __table_args__ = (Index("ix_holds_status_expires_at", "status", "expires_at"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("members.id"), index=True)
    channel_user_ref: Mapped[str | None] = mapped_column(index=True)
    store_id: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    purpose: Mapped[str] = mapped_column(String(8))
    name_kana: Mapped[str | None]
    visit_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(32), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    extended_times: Mapped[int] = mapped_column(Integer, default=0)
    version: Mapped[int] = mapped_column(Integer, default=1)


class HoldLine(Base):
    """What a hold keeps back: counted in the store's `reserved` while the hold is active."""

    __tablename__ = "hold_lines"

    hold_id: Mapped[str] = mapped_column(
        ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True
    )
    variant_id: Mapped[str] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[int] = mapped_column(Integer)
