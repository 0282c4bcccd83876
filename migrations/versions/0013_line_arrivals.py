"""LINE: what has arrived of messages that need several calls."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_pieces_arrived",
        sa.Column("piece", sa.String(length=300), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("piece", name="pk_line_pieces_arrived"),
    )


def downgrade() -> None:
    op.drop_table("line_pieces_arrived")
