"""Members, orders, holds and points."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _members()
    _carts()
    _coupons()
    _holds()
    _orders()
    _points_entries()
    _viewed()
    _cart_items()
    _hold_lines()
    _order_lines()
    _pickups()
    _shipments()
    _shipment_events()


def downgrade() -> None:
    for table in (
        "shipment_events",
        "shipments",
        "pickups",
        "order_lines",
        "hold_lines",
        "cart_items",
        "viewed",
        "points_entries",
        "orders",
        "holds",
        "coupons",
        "carts",
        "members",
    ):
        op.drop_table(table)


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("member_no", sa.String(length=64), nullable=False),
        sa.Column("member_no_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_kana", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("postal_code", sa.String(length=16), nullable=True),
        sa.Column("rank", sa.String(), nullable=True),
        sa.Column("home_store_id", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("marketing_consent", sa.Boolean(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["home_store_id"], ["stores.id"], name="fk_members_home_store_id_stores"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
    )
    op.create_index("ix_members_email", "members", ["email"])
    op.create_index("ix_members_member_no_key", "members", ["member_no_key"])
    op.create_index("ix_members_phone", "members", ["phone"])


def _carts() -> None:
    op.create_table(
        "carts",
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["members.id"], name="fk_carts_customer_id_members"
        ),
        sa.PrimaryKeyConstraint("customer_id", name="pk_carts"),
    )


def _coupons() -> None:
    op.create_table(
        "coupons",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("discount_percent", sa.Integer(), nullable=True),
        sa.Column("discount_amount", sa.BigInteger(), nullable=True),
        sa.Column("min_amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("usable_at", JSON, nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("barcode", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["members.id"], name="fk_coupons_customer_id_members"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_coupons"),
    )
    op.create_index("ix_coupons_customer_id", "coupons", ["customer_id"])


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("channel_user_ref", sa.String(), nullable=True),
        sa.Column("store_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("name_kana", sa.String(), nullable=True),
        sa.Column("visit_at", MOMENT, nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("extended_times", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["members.id"], name="fk_holds_customer_id_members"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name="fk_holds_store_id_stores"),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    op.create_index("ix_holds_channel_user_ref", "holds", ["channel_user_ref"])
    op.create_index("ix_holds_code", "holds", ["code"])
    op.create_index("ix_holds_customer_id", "holds", ["customer_id"])
    op.create_index("ix_holds_status_expires_at", "holds", ["status", "expires_at"])


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("order_no", sa.String(length=64), nullable=False),
        sa.Column("order_no_key", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("contact", JSON, nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("placed_at", MOMENT, nullable=True),
        sa.Column("payment_status", sa.String(length=32), nullable=False),
        sa.Column("payment_method", sa.String(), nullable=True),
        sa.Column("payment_due_on", sa.Date(), nullable=True),
        sa.Column("receipt", JSON, nullable=True),
        sa.Column("on_hold", sa.Boolean(), nullable=False),
        sa.Column("delivery", JSON, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("totals", JSON, nullable=False),
        sa.Column("points_earned", sa.Integer(), nullable=True),
        sa.Column("points_used", sa.Integer(), nullable=True),
        sa.Column("timeline", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["members.id"], name="fk_orders_customer_id_members"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
    )
    op.create_index("ix_orders_customer_id_placed_at", "orders", ["customer_id", "placed_at"])
    op.create_index("ix_orders_order_no_key", "orders", ["order_no_key"])


def _points_entries() -> None:
    op.create_table(
        "points_entries",
        sa.Column("id", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("order_no", sa.String(length=64), nullable=True),
        sa.Column("store_id", sa.String(length=64), nullable=True),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("limited", sa.Boolean(), nullable=False),
        sa.Column("usable_at", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["members.id"], name="fk_points_entries_customer_id_members"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_points_entries"),
    )
    op.create_index("ix_points_entries_customer_id_at", "points_entries", ["customer_id", "at"])


def _viewed() -> None:
    op.create_table(
        "viewed",
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("product_id", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["members.id"], name="fk_viewed_customer_id_members"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_viewed_product_id_products"
        ),
        sa.PrimaryKeyConstraint("customer_id", "product_id", name="pk_viewed"),
    )


def _cart_items() -> None:
    op.create_table(
        "cart_items",
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("variant_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["carts.customer_id"],
            name="fk_cart_items_customer_id_carts",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name="fk_cart_items_variant_id_variants"
        ),
        sa.PrimaryKeyConstraint("customer_id", "variant_id", name="pk_cart_items"),
    )


def _hold_lines() -> None:
    op.create_table(
        "hold_lines",
        sa.Column("hold_id", sa.String(length=64), nullable=False),
        sa.Column("variant_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["holds.id"], name="fk_hold_lines_hold_id_holds", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name="fk_hold_lines_variant_id_variants"
        ),
        sa.PrimaryKeyConstraint("hold_id", "variant_id", name="pk_hold_lines"),
    )


def _order_lines() -> None:
    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("line_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("shipped", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_order_lines_order_id_orders", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name="fk_order_lines_variant_id_variants"
        ),
        sa.PrimaryKeyConstraint("order_id", "line_id", name="pk_order_lines"),
    )


def _pickups() -> None:
    op.create_table(
        "pickups",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("store_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.Column("hold_until", sa.Date(), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("extension_used", sa.Boolean(), nullable=False),
        sa.Column("pickup_person", sa.String(), nullable=True),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_pickups_order_id_orders", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name="fk_pickups_store_id_stores"),
        sa.PrimaryKeyConstraint("order_id", name="pk_pickups"),
    )


def _shipments() -> None:
    op.create_table(
        "shipments",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("tracking_no", sa.String(), nullable=True),
        sa.Column("tracking_url", sa.String(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("eta_date", sa.Date(), nullable=True),
        sa.Column("eta_slot", sa.String(), nullable=True),
        sa.Column("shipped_at", MOMENT, nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_shipments_order_id_orders", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "id", name="pk_shipments"),
    )


def _shipment_events() -> None:
    op.create_table(
        "shipment_events",
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("shipment_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id", "shipment_id"],
            ["shipments.order_id", "shipments.id"],
            name="fk_shipment_events_order_id_shipments",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("order_id", "shipment_id", "position", name="pk_shipment_events"),
    )
