"""The shop's own rules and its FAQ."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import Base, Json, JsonObject, UtcDateTime


class Shop(Base):
    """The one document `shop.json`; a rule that is not in it is not known."""

    __tablename__ = "shop"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, default=1)
    document: Mapped[JsonObject] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FaqPage(Base):
    """One FAQ page in one language; the slug is the file's name."""

    __tablename__ = "faq_pages"

    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
