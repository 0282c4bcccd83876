"""Hand-offs with a life of their own, notes of staff, and what changed for the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = """
INSERT INTO handoffs (customer_id, current, state, reason, topic, priority, asked_at, since, turn,
                      unread, "end", summary)
SELECT customer_id, true, 'waiting', reason, '', false, since, since, 'us', 0, '', summary
FROM desk_requests
WHERE id IN (SELECT min(id) FROM desk_requests GROUP BY customer_id)
"""
"""Of several requests of one customer the first stands for all."""
GIVEN_BACK = """
INSERT INTO desk_requests (customer_id, reason, summary, since)
SELECT customer_id, reason, summary, asked_at FROM handoffs WHERE state IN ('waiting', 'deferred')
"""


def upgrade() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", BIG_KEY, nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=True),
        sa.Column("last_agent_id", sa.String(length=32), nullable=True),
        sa.Column("wanted_agent_id", sa.String(length=32), nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("turn", sa.String(length=16), nullable=False),
        sa.Column("store_id", sa.String(length=128), nullable=True),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("end", sa.String(length=64), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_handoffs_customer_id_customers"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_handoffs_account_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_handoffs"),
    )
    op.create_index("ix_handoffs_customer_id", "handoffs", ["customer_id"])
    op.create_index("ix_handoffs_ended_at", "handoffs", ["ended_at"])
    op.create_index(
        "uq_handoffs_current",
        "handoffs",
        ["customer_id"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.execute(KEPT)
    op.drop_table("desk_requests")
    op.create_table(
        "desk_notes",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_desk_notes_customer_id_customers"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_desk_notes"),
    )
    op.create_index("ix_desk_notes_customer_id", "desk_notes", ["customer_id"])
    op.create_table(
        "desk_events",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("moment", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_events"),
    )
    op.create_index("ix_desk_events_at", "desk_events", ["at"])
    op.create_index("ix_desk_events_order", "desk_events", ["moment", "id"])


def downgrade() -> None:
    op.drop_table("desk_events")
    op.drop_table("desk_notes")
    op.create_table(
        "desk_requests",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_desk_requests_customer_id_customers"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_desk_requests"),
    )
    op.create_index("ix_desk_requests_customer_id", "desk_requests", ["customer_id"])
    op.execute(GIVEN_BACK)
    op.drop_table("handoffs")
