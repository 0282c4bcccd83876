"""The newest handle for a free reply on each account, and until when an offered answer waits."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("reply", sa.Text(), nullable=True))
        accounts.add_column(sa.Column("reply_at", MOMENT, nullable=True))
        accounts.add_column(sa.Column("reply_used_at", MOMENT, nullable=True))
        accounts.add_column(sa.Column("offered_until", MOMENT, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_column("offered_until")
        accounts.drop_column("reply_used_at")
        accounts.drop_column("reply_at")
        accounts.drop_column("reply")
