"""Talks that staff have flagged or muted, and answers of the bot that staff have corrected."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("conversations") as talks:
        talks.add_column(
            sa.Column("flagged", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        talks.add_column(sa.Column("muted_until", MOMENT, nullable=True))
    op.create_table(
        "desk_corrections",
        sa.Column("account_id", BIG_KEY, autoincrement=False, nullable=False),
        sa.Column("cursor", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "cursor"],
            ["timeline.account_id", "timeline.cursor"],
            name="fk_desk_corrections_account_id_timeline",
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_desk_corrections_agent_id_agents"
        ),
        sa.PrimaryKeyConstraint("account_id", "cursor", name="pk_desk_corrections"),
    )
    op.create_index("ix_desk_corrections_at", "desk_corrections", ["at"])


def downgrade() -> None:
    op.drop_table("desk_corrections")
    with op.batch_alter_table("conversations") as talks:
        talks.drop_column("muted_until")
        talks.drop_column("flagged")
