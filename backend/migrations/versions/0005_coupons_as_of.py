"""When a member's coupons were observed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("members", sa.Column("coupons_as_of", moment, nullable=True))


def downgrade() -> None:
    op.drop_column("members", "coupons_as_of")
