"""The picture of whoever wrote an entry of the timeline."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("timeline") as timeline:
        timeline.add_column(sa.Column("picture", sa.String(length=2000), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("timeline") as timeline:
        timeline.drop_column("picture")
