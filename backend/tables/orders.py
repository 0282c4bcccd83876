"""Orders of the web shop and sales at the till."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import ID_LENGTH, Base, Json, JsonObject, UtcDateTime


class Order(Base):
    """An order's head. Its status is never stored: it is derived from the lines.

    `order_no_key` is the number as `backend.customers.contacts` normalises it for comparing.
    """

    __tablename__ = "orders"
    __table_args__ = (Index("ix_orders_customer_id_placed_at", "customer_id", "placed_at"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    order_no: Mapped[str] = mapped_column(String(ID_LENGTH))
    order_no_key: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("members.id"))
    contact: Mapped[JsonObject | None] = mapped_column(Json)
    channel: Mapped[str] = mapped_column(String(8))
    placed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    payment_status: Mapped[str] = mapped_column(String(32))
    payment_method: Mapped[str | None]
    payment_due_on: Mapped[date | None]
    receipt: Mapped[JsonObject | None] = mapped_column(Json)
    on_hold: Mapped[bool] = mapped_column(Boolean, default=False)
    delivery: Mapped[JsonObject] = mapped_column(Json, default=dict)
    currency: Mapped[str | None] = mapped_column(String(3))
    totals: Mapped[JsonObject] = mapped_column(Json, default=dict)
    points_earned: Mapped[int | None] = mapped_column(Integer)
    points_used: Mapped[int | None] = mapped_column(Integer)
    timeline: Mapped[list[JsonObject]] = mapped_column(Json, default=list)
    version: Mapped[int] = mapped_column(Integer, default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OrderLine(Base):
    """One line; the quantities say how far it has come. The same item may stand on two lines."""

    __tablename__ = "order_lines"

    order_id: Mapped[str] = mapped_column(
        ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True
    )
    line_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    variant_id: Mapped[str | None] = mapped_column(ForeignKey("variants.id"))
    name: Mapped[str]
    options: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    quantity: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str] = mapped_column(String(3))
    unit_price: Mapped[int] = mapped_column(BigInteger)
    shipped: Mapped[int] = mapped_column(Integer, default=0)
    delivered: Mapped[int] = mapped_column(Integer, default=0)
    cancelled: Mapped[int] = mapped_column(Integer, default=0)
    returned: Mapped[int] = mapped_column(Integer, default=0)
