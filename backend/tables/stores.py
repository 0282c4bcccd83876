"""Stores and warehouses with their opening hours."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import ID_LENGTH, Base, Json, JsonObject, UtcDateTime


class Store(Base):
    """A place with stock. Hours are Asia/Tokyo wall clock and may pass midnight ("25:00")."""

    __tablename__ = "stores"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    code: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    name: Mapped[str]
    name_kana: Mapped[str | None]
    aliases: Mapped[list[str]] = mapped_column(Json, default=list)
    translations: Mapped[JsonObject] = mapped_column(Json, default=dict)
    kind: Mapped[str] = mapped_column(String(16))
    postal_code: Mapped[str | None] = mapped_column(String(16))
    prefecture: Mapped[str | None] = mapped_column(String(32), index=True)
    city: Mapped[str | None]
    line1: Mapped[str | None]
    lat: Mapped[float | None] = mapped_column(Float)
    lng: Mapped[float | None] = mapped_column(Float)
    phone: Mapped[str | None] = mapped_column(String(32))
    nearest_station: Mapped[str | None]
    weekly_hours: Mapped[list[JsonObject]] = mapped_column(Json, default=list)
    exceptions: Mapped[list[JsonObject]] = mapped_column(Json, default=list)
    services: Mapped[list[str]] = mapped_column(Json, default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    pickup_counter_close: Mapped[str | None] = mapped_column(String(5))
    pickup_lead_time_minutes: Mapped[int | None] = mapped_column(Integer)
    pickup_hold_days: Mapped[int | None] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer, default=0)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
