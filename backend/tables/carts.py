"""Carts and recently viewed products: one for all devices of a member."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import Base, UtcDateTime


class Cart(Base):
    """A member's cart; it is priced when it is read."""

    __tablename__ = "carts"

    customer_id: Mapped[str] = mapped_column(ForeignKey("members.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CartItem(Base):
    """How many pieces of a variant lie in a cart."""

    __tablename__ = "cart_items"

    customer_id: Mapped[str] = mapped_column(
        ForeignKey("carts.customer_id", ondelete="CASCADE"), primary_key=True
    )
    variant_id: Mapped[str] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[int] = mapped_column(Integer)


class Viewed(Base):
    """When a member last looked at a product."""

    __tablename__ = "viewed"

    customer_id: Mapped[str] = mapped_column(ForeignKey("members.id"), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
