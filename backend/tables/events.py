"""What happened, for those who follow the feed, and the counters that number it."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import ID_LENGTH, Base, Json, JsonObject, UtcDateTime


class Event(Base):
    """One event of the feed; `number` rises in the order of the commits."""

    __tablename__ = "events"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True)
    type: Mapped[str] = mapped_column(String(64), index=True)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    subject: Mapped[JsonObject] = mapped_column(Json, default=dict)
    version: Mapped[int] = mapped_column(Integer, default=1)
    data: Mapped[JsonObject] = mapped_column(Json, default=dict)


class Counter(Base):
    """A number taken under a row lock, so that a lower one is never committed after a higher."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
