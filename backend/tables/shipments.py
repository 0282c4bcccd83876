"""Parcels on their way."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import ID_LENGTH, Base, Json, JsonObject, UtcDateTime


class Shipment(Base):
    """A parcel of an order; `lines` is `[{line_id, quantity}]`."""

    __tablename__ = "shipments"

    order_id: Mapped[str] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    carrier: Mapped[str]
    tracking_no: Mapped[str | None]
    tracking_url: Mapped[str | None]
    status: Mapped[str] = mapped_column(String(32))
    eta_date: Mapped[date | None]
    eta_slot: Mapped[str | None]
    shipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lines: Mapped[list[JsonObject]] = mapped_column(Json, default=list)
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)


class ShipmentEvent(Base):
    """What the carrier saw, in the order it was told."""

    __tablename__ = "shipment_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["order_id", "shipment_id"],
            ["shipments.order_id", "shipments.id"],
            ondelete="CASCADE",
        ),
    )

    order_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    shipment_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    code: Mapped[str]
    place: Mapped[str | None]
    text: Mapped[str]
