"""When a member's points were observed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("members", sa.Column("points_as_of", moment, nullable=True))


def downgrade() -> None:
    op.drop_column("members", "points_as_of")
