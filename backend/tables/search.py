"""The search index of products: folded texts and the n-grams that lead to them."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import Base


class SearchText(Base):
    """One folded text of a product, and the field it came from."""

    __tablename__ = "search_texts"

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(16), primary_key=True)
    text: Mapped[str] = mapped_column(primary_key=True, index=True)


class SearchGram(Base):
    """A posting: this n-gram occurs in a text of this product."""

    __tablename__ = "search_grams"
    __table_args__ = ({"sqlite_with_rowid": False},)

    gram: Mapped[str] = mapped_column(String(8), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), primary_key=True, index=True)
