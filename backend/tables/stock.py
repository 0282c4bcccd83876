"""How many pieces of a variant lie where."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import ID_LENGTH, Base, UtcDateTime

ONLINE = ""
"""The location id of the web shop's own stock; every other location id is a store's id."""


class StockLevel(Base):
    """Stock of one variant at one location; `on_hand` None is unknown, which is not 0."""

    __tablename__ = "stock_levels"
    __table_args__ = (
        Index("ix_stock_levels_change_number", "change_number", "variant_id", "location_id"),
        {"sqlite_with_rowid": False},
    )

    variant_id: Mapped[str] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    location_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    on_hand: Mapped[int | None] = mapped_column(Integer)
    reserved: Mapped[int] = mapped_column(Integer, default=0)
    safety_buffer: Mapped[int] = mapped_column(Integer, default=0)
    incoming_quantity: Mapped[int | None] = mapped_column(Integer)
    incoming_on: Mapped[date | None]
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(String(16))
    change_number: Mapped[int] = mapped_column(BigInteger)
