"""Sessions of the web chat."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webchat_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=255), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_webchat_sessions"),
    )
    op.create_index("ix_webchat_sessions_user", "webchat_sessions", ["user"])
    op.create_index("ix_webchat_sessions_expires_at", "webchat_sessions", ["expires_at"])


def downgrade() -> None:
    op.drop_table("webchat_sessions")
