"""What a customer takes back is gone: its words, its payload and what was sent with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.storage import desk_events
from bot.storage.encoding import TAKEN_BACK, dump_message
from bot.storage.tables import accounts, conversations, letters, media, timeline

_TALK = (
    select(conversations.c.id)
    .join(accounts, accounts.c.customer_id == conversations.c.customer_id)
    .where(accounts.c.id == bindparam("account"))
)


def erase(connection: Connection, account_id: int, message_id: str, now: datetime) -> None:
    """Erase a message by the platform's id; one that waits for its answer gets none.

    Staff are told, so that it goes from their screens too. `now` is real time.
    """
    own = (letters.c.account_id == account_id) & (letters.c.message_id == message_id)
    taken = connection.execute(select(letters.c.id).where(own)).scalars().all()
    connection.execute(
        update(timeline)
        .where(timeline.c.account_id == account_id, timeline.c.letter_id.in_(taken))
        .values(content=dump_message(TAKEN_BACK))
    )
    connection.execute(
        update(letters)
        .where(letters.c.id.in_(taken))
        .values(payload=None, due_at=None, done_at=now)
    )
    connection.execute(
        delete(media).where(media.c.account_id == account_id, media.c.message_id == message_id)
    )
    talk = connection.execute(_TALK, {"account": account_id}).scalar()
    if taken and talk is not None:
        desk_events.note(connection, "message", talk, now, "system")
