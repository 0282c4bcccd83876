"""Telegram: who polls."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "telegram_pollers",
        sa.Column("bot", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bot", name="pk_telegram_pollers"),
    )


def downgrade() -> None:
    op.drop_table("telegram_pollers")
