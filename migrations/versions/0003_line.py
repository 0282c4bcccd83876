"""LINE: what the connector keeps."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_push_months",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("pushes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_line_push_months"),
    )
    op.create_table(
        "line_pushes_begun",
        sa.Column("piece", sa.String(length=300), nullable=False),
        sa.Column("retry_key", sa.String(length=36), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("piece", name="pk_line_pushes_begun"),
    )
    op.create_index("ix_line_pushes_begun_retry_key", "line_pushes_begun", ["retry_key"])


def downgrade() -> None:
    op.drop_table("line_pushes_begun")
    op.drop_table("line_push_months")
