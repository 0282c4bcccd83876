"""What a customer takes back is gone: its words, its payload and what was sent with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.storage.encoding import TAKEN_BACK, dump_message
from bot.storage.tables import letters, media, timeline


def erase(connection: Connection, account_id: int, message_id: str, now: datetime) -> None:
    """Erase a message by the platform's id; one that waits for its answer gets none."""
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
