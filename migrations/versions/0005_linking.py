"""Codes that carry a talk to another channel."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "link_codes",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", BIG_KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_key", sa.String(length=128), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_link_codes_account_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_link_codes"),
        sa.UniqueConstraint("code_hash", name="uq_link_codes_code_hash"),
    )
    op.create_index("ix_link_codes_account_id", "link_codes", ["account_id", "made_at"])
    op.create_table(
        "link_misses",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("account_id", BIG_KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_link_misses_account_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_link_misses"),
    )
    op.create_index("ix_link_misses_account_id", "link_misses", ["account_id", "at"])


def downgrade() -> None:
    op.drop_table("link_misses")
    op.drop_table("link_codes")
