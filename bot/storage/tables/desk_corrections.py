"""Answers of the bot that staff called wrong, one row for a line; `at` is business time."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, Table, Text

from bot.storage.tables.base import BigKey, Hex, Moment, metadata

desk_corrections = Table(
    "desk_corrections",
    metadata,
    Column("account_id", BigKey, primary_key=True, autoincrement=False),
    Column("cursor", Integer, primary_key=True, autoincrement=False),
    Column("agent_id", Hex, ForeignKey("agents.id"), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("right", Text, nullable=False),
    ForeignKeyConstraint(["account_id", "cursor"], ["timeline.account_id", "timeline.cursor"]),
)
