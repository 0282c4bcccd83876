"""Desk events tell where a talk goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("desk_events") as table:
        table.add_column(sa.Column("goes_on", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("desk_events") as table:
        table.drop_column("goes_on")
