"""Everything the counter keeps: customers, their talks, and messages in and out."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _audit()
    _customers()
    _accounts()
    _conversations()
    _desk_requests()
    _letters()
    _pending_acts()
    _timeline()
    _outbox()


def downgrade() -> None:
    for table in (
        "outbox",
        "timeline",
        "pending_acts",
        "letters",
        "desk_requests",
        "conversations",
        "accounts",
        "customers",
        "audit",
    ):
        op.drop_table(table)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("account_id", BIG_KEY, nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("from_customer_id", sa.String(length=32), nullable=True),
        sa.Column("member_id", sa.String(length=128), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("usual_store", sa.String(length=128), nullable=True),
        sa.Column("merged_into", sa.String(length=32), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["customers.id"], name="fk_customers_merged_into_customers"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sa.UniqueConstraint("member_id", name="uq_customers_member_id"),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=255), nullable=False),
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("last_cursor", sa.Integer(), nullable=False),
        sa.Column("hidden_cursor", sa.Integer(), nullable=False),
        sa.Column("linked_at", MOMENT, nullable=True),
        sa.Column("proven_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("sending_token", sa.String(length=128), nullable=True),
        sa.Column("sending_until", MOMENT, nullable=True),
        sa.Column("blocked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_accounts_customer_id_customers"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("channel", "user", name="uq_accounts_channel_user"),
    )
    op.create_index("ix_accounts_customer_id", "accounts", ["customer_id"])


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("customer_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("focus", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("lease_token", sa.String(length=128), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_conversations_customer_id_customers"
        ),
        sa.PrimaryKeyConstraint("customer_id", name="pk_conversations"),
        sa.UniqueConstraint("id", name="uq_conversations_id"),
    )


def _desk_requests() -> None:
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


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("account_id", BIG_KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_letters_account_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.UniqueConstraint("channel", "event_id", name="uq_letters_channel_event_id"),
    )
    op.create_index(
        "ix_letters_due_at",
        "letters",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_letters_payload",
        "letters",
        ["done_at"],
        sqlite_where=sa.text("payload IS NOT NULL"),
        postgresql_where=sa.text("payload IS NOT NULL"),
    )
    op.create_index(
        "ix_letters_waiting",
        "letters",
        ["account_id"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def _pending_acts() -> None:
    op.create_table(
        "pending_acts",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("letter_id", BIG_KEY, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name="fk_pending_acts_letter_id_letters"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pending_acts"),
        sa.UniqueConstraint("letter_id", "key", name="uq_pending_acts_letter_id_key"),
    )


def _timeline() -> None:
    op.create_table(
        "timeline",
        sa.Column("account_id", BIG_KEY, autoincrement=False, nullable=False),
        sa.Column("cursor", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("letter_id", BIG_KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_timeline_account_id_accounts"
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name="fk_timeline_letter_id_letters"
        ),
        sa.PrimaryKeyConstraint("account_id", "cursor", name="pk_timeline"),
    )
    op.create_index(
        "ix_timeline_letter_id",
        "timeline",
        ["letter_id"],
        sqlite_where=sa.text("letter_id IS NOT NULL"),
        postgresql_where=sa.text("letter_id IS NOT NULL"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("account_id", BIG_KEY, nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("dead_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "cursor"],
            ["timeline.account_id", "timeline.cursor"],
            name="fk_outbox_account_id_timeline",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["account_id", "id"],
        sqlite_where=sa.text("dead_at IS NULL"),
        postgresql_where=sa.text("dead_at IS NULL"),
    )
