"""What customers send beside words, and what is known of an account."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("account_id", BIG_KEY, nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_media_account_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_media"),
        sa.UniqueConstraint("key", name="uq_media_key"),
    )
    op.create_index("ix_media_account_id", "media", ["account_id"])
    op.create_index("ix_media_at", "media", ["at"])
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("display_name", sa.String(length=255), nullable=True))
        accounts.add_column(sa.Column("greeted_at", MOMENT, nullable=True))
    with op.batch_alter_table("letters") as letters:
        letters.add_column(sa.Column("message_id", sa.String(length=128), nullable=True))
    op.create_index(
        "ix_letters_message_id",
        "letters",
        ["account_id", "message_id"],
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_letters_message_id", "letters")
    with op.batch_alter_table("letters") as letters:
        letters.drop_column("message_id")
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_column("greeted_at")
        accounts.drop_column("display_name")
    op.drop_table("media")
