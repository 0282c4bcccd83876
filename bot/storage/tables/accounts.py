"""Accounts: a customer on one channel, with its proof, its timeline's counter and its sending lane.

`last_cursor` is the newest timeline entry and `hidden_cursor` the last one no longer shown.
`linked_at` is when it was last linked to the customer's member, `proven_at` when that was last
verified, `used_at` when it was last used since. `session` is sealed. `display_name` is what the
platform calls its user, `greeted_at` when the counter first said what it is. `reply` is the newest
handle for a free reply, which came at `reply_at` and was used at `reply_used_at`; what goes out
waits until `offered_until` for the customer to ask for it (all real time).
"""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from bot.storage.tables.base import BigKey, Hex, Moment, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("user", String(255), nullable=False),
    Column("customer_id", Hex, ForeignKey("customers.id"), nullable=False, index=True),
    Column("last_cursor", Integer, nullable=False, default=0),
    Column("hidden_cursor", Integer, nullable=False, default=0),
    Column("linked_at", Moment),
    Column("proven_at", Moment),
    Column("used_at", Moment),
    Column("session", Text),
    Column("sending_token", String(128)),
    Column("sending_until", Moment),
    Column("blocked_at", Moment),
    Column("display_name", String(255)),
    Column("greeted_at", Moment),
    Column("reply", Text),
    Column("reply_at", Moment),
    Column("reply_used_at", Moment),
    Column("offered_until", Moment),
    UniqueConstraint("channel", "user"),
)
