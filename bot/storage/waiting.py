"""A customer's letters that wait."""

from sqlalchemy import bindparam, select

from bot.storage.tables import accounts, letters

WAITING = (
    select(letters.c.id, letters.c.payload, letters.c.attempts)
    .join(accounts, accounts.c.id == letters.c.account_id)
    .where(accounts.c.customer_id == bindparam("customer"), letters.c.due_at.is_not(None))
    .order_by(letters.c.at, letters.c.id)
)
DUE = WAITING.where(letters.c.due_at <= bindparam("now")).limit(1)
