"""Products and their variants."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.tables.base import ID_LENGTH, Base, Json, JsonObject, UtcDateTime


class Product(Base):
    """What is sold, in one or several variants along the axes named in `option_axes`.

    `first_import` is the number of the import that brought it: higher is newer.
    """

    __tablename__ = "products"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str]
    name_kana: Mapped[str | None]
    aliases: Mapped[list[str]] = mapped_column(Json, default=list)
    translations: Mapped[JsonObject] = mapped_column(Json, default=dict)
    category: Mapped[str] = mapped_column(index=True)
    brand: Mapped[str | None] = mapped_column(index=True)
    description: Mapped[str | None]
    facts: Mapped[JsonObject] = mapped_column(Json, default=dict)
    url: Mapped[str | None]
    image_url: Mapped[str | None]
    rating: Mapped[JsonObject | None] = mapped_column(Json)
    option_axes: Mapped[list[str]] = mapped_column(Json, default=list)
    position: Mapped[int] = mapped_column(Integer, default=0)
    first_import: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Variant(Base):
    """One sellable piece. Prices are integer minor units of `currency` and include tax."""

    __tablename__ = "variants"
    __table_args__ = (Index("ix_variants_product_id_position", "product_id", "position"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    sku: Mapped[str] = mapped_column(index=True)
    jan: Mapped[str | None] = mapped_column(String(16), index=True)
    options: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    currency: Mapped[str] = mapped_column(String(3))
    price: Mapped[int] = mapped_column(BigInteger)
    list_price: Mapped[int | None] = mapped_column(BigInteger)
    sale_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(Integer, default=0)


class VariantOption(Base):
    """One option of a variant, folded for comparing; `role` is size or color where it is known."""

    __tablename__ = "variant_options"
    __table_args__ = (Index("ix_variant_options_role_value_key", "role", "value_key"),)

    variant_id: Mapped[str] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    axis: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    role: Mapped[str | None] = mapped_column(String(8))
    value: Mapped[str]
    value_key: Mapped[str]
