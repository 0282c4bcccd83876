"""Catalogue, stores, stock and what everything rests on."""

from secrets import randbelow

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    _counters()
    _events()
    _faq_pages()
    _idempotent_calls()
    _products()
    _shop()
    _stores()
    _search_grams()
    _search_texts()
    _variants()
    _stock_levels()
    _variant_options()


def downgrade() -> None:
    for table in (
        "variant_options",
        "stock_levels",
        "variants",
        "search_texts",
        "search_grams",
        "stores",
        "shop",
        "products",
        "idempotent_calls",
        "faq_pages",
        "events",
        "counters",
    ):
        op.drop_table(table)


def _counters() -> None:
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    # It stands in ETags: a client that changes over to another database must not find its own.
    starts = {"stock": 0, "events": 0, "catalogue": randbelow(2**40)}
    op.bulk_insert(counters, [{"name": name, "value": value} for name, value in starts.items()])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("subject", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_events"),
        sa.UniqueConstraint("id", name="uq_events_id"),
    )
    op.create_index("ix_events_type", "events", ["type"])


def _faq_pages() -> None:
    op.create_table(
        "faq_pages",
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("language", "slug", name="pk_faq_pages"),
    )


def _idempotent_calls() -> None:
    op.create_table(
        "idempotent_calls",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_idempotent_calls"),
    )
    op.create_index("ix_idempotent_calls_started_at", "idempotent_calls", ["started_at"])


def _products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_kana", sa.String(), nullable=True),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("translations", JSON, nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("image_url", sa.String(), nullable=True),
        sa.Column("rating", JSON, nullable=True),
        sa.Column("option_axes", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("first_import", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
    )
    op.create_index("ix_products_brand", "products", ["brand"])
    op.create_index("ix_products_category", "products", ["category"])


def _shop() -> None:
    op.create_table(
        "shop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop"),
    )


def _stores() -> None:
    op.create_table(
        "stores",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_kana", sa.String(), nullable=True),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("translations", JSON, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("postal_code", sa.String(length=16), nullable=True),
        sa.Column("prefecture", sa.String(length=32), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("line1", sa.String(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lng", sa.Float(), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("nearest_station", sa.String(), nullable=True),
        sa.Column("weekly_hours", JSON, nullable=False),
        sa.Column("exceptions", JSON, nullable=False),
        sa.Column("services", JSON, nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("pickup_counter_close", sa.String(length=5), nullable=True),
        sa.Column("pickup_lead_time_minutes", sa.Integer(), nullable=True),
        sa.Column("pickup_hold_days", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stores"),
    )
    op.create_index("ix_stores_code", "stores", ["code"])
    op.create_index("ix_stores_prefecture", "stores", ["prefecture"])


def _search_grams() -> None:
    op.create_table(
        "search_grams",
        sa.Column("gram", sa.String(length=8), nullable=False),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_search_grams_product_id_products"
        ),
        sa.PrimaryKeyConstraint("gram", "product_id", name="pk_search_grams"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_grams_product_id", "search_grams", ["product_id"])


def _search_texts() -> None:
    op.create_table(
        "search_texts",
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_search_texts_product_id_products"
        ),
        sa.PrimaryKeyConstraint("product_id", "field", "text", name="pk_search_texts"),
    )
    op.create_index("ix_search_texts_text", "search_texts", ["text"])


def _variants() -> None:
    op.create_table(
        "variants",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("jan", sa.String(length=16), nullable=True),
        sa.Column("options", JSON, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("list_price", sa.BigInteger(), nullable=True),
        sa.Column("sale_ends_at", MOMENT, nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_variants_product_id_products"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_variants"),
    )
    op.create_index("ix_variants_jan", "variants", ["jan"])
    op.create_index("ix_variants_product_id_position", "variants", ["product_id", "position"])
    op.create_index("ix_variants_sku", "variants", ["sku"])


def _stock_levels() -> None:
    op.create_table(
        "stock_levels",
        sa.Column("variant_id", sa.String(length=64), nullable=False),
        sa.Column("location_id", sa.String(length=64), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=True),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("safety_buffer", sa.Integer(), nullable=False),
        sa.Column("incoming_quantity", sa.Integer(), nullable=True),
        sa.Column("incoming_on", sa.Date(), nullable=True),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("change_number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name="fk_stock_levels_variant_id_variants"
        ),
        sa.PrimaryKeyConstraint("variant_id", "location_id", name="pk_stock_levels"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_stock_levels_change_number",
        "stock_levels",
        ["change_number", "variant_id", "location_id"],
    )


def _variant_options() -> None:
    op.create_table(
        "variant_options",
        sa.Column("variant_id", sa.String(length=64), nullable=False),
        sa.Column("axis", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=True),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("value_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_variant_options_product_id_products"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name="fk_variant_options_variant_id_variants"
        ),
        sa.PrimaryKeyConstraint("variant_id", "axis", name="pk_variant_options"),
    )
    op.create_index("ix_variant_options_product_id", "variant_options", ["product_id"])
    op.create_index("ix_variant_options_role_value_key", "variant_options", ["role", "value_key"])
