"""Identity."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    _attempts()
    _channel_links()
    _identity_lookups()
    _link_nonces()
    _identity_challenges()
    _identity_sessions()


def downgrade() -> None:
    for table in (
        "identity_sessions",
        "identity_challenges",
        "link_nonces",
        "identity_lookups",
        "channel_links",
        "attempts",
    ):
        op.drop_table(table)


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempts"),
    )


def _channel_links() -> None:
    op.create_table(
        "channel_links",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("channel_user_ref", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("linked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["members.id"], name="fk_channel_links_customer_id_members"
        ),
        sa.PrimaryKeyConstraint("channel", "channel_user_ref", name="pk_channel_links"),
    )
    op.create_index("ix_channel_links_customer_id", "channel_links", ["customer_id", "channel"])


def _identity_lookups() -> None:
    op.create_table(
        "identity_lookups",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=True),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_identity_lookups_member_id_members"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_identity_lookups"),
    )


def _link_nonces() -> None:
    op.create_table(
        "link_nonces",
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_link_nonces_member_id_members"
        ),
        sa.PrimaryKeyConstraint("nonce_hash", name="pk_link_nonces"),
    )


def _identity_challenges() -> None:
    op.create_table(
        "identity_challenges",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("lookup_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=True),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("channel_user_ref", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("attempts_left", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["lookup_id"],
            ["identity_lookups.id"],
            name="fk_identity_challenges_lookup_id_identity_lookups",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_identity_challenges_member_id_members"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_identity_challenges"),
    )
    op.create_index("ix_identity_challenges_lookup_id", "identity_challenges", ["lookup_id"])


def _identity_sessions() -> None:
    op.create_table(
        "identity_sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("order_id", sa.String(length=64), nullable=True),
        sa.Column("channel_user_ref", sa.String(), nullable=False),
        sa.Column("aal", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["members.id"], name="fk_identity_sessions_customer_id_members"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name="fk_identity_sessions_order_id_orders",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_identity_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_identity_sessions_token_hash"),
    )
    op.create_index(
        "ix_identity_sessions_channel_user_ref", "identity_sessions", ["channel_user_ref"]
    )
    op.create_index("ix_identity_sessions_customer_id", "identity_sessions", ["customer_id"])
