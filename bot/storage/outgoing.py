"""What goes out: onto timelines and, where a channel must be called, into the outbox."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert

from bot.channel import Envelope
from bot.messages.account import timeline_topic
from bot.ports import Bell
from bot.storage import accounts as shared
from bot.storage import handles
from bot.storage.tables import outbox

_POST = insert(outbox)


def say(
    connection: Connection, out: Sequence[Envelope], pulled: Collection[str], now: datetime
) -> None:
    """Envelopes enter their timelines and, where the channel must be called, the outbox.

    Whoever blocked us is not called. `now` is real time. Raises LookupError for an account that
    never wrote.
    """
    for account in sorted({envelope.account for envelope in out}, key=timeline_topic):
        theirs = [envelope for envelope in out if envelope.account == account]
        entries = [shared.Entry(e.author, e.at, e.content, e.name, e.picture) for e in theirs]
        entered = shared.append(connection, account, entries)
        if entered is None:
            raise LookupError("an envelope for an account that never wrote")
        if account.channel not in pulled and not entered.blocked:
            _post(connection, entered, theirs, now)
            if any(envelope.author == "agent" for envelope in theirs):
                handles.hurry(connection, entered.account_id)


def _post(
    connection: Connection, entered: shared.Entered, out: Sequence[Envelope], now: datetime
) -> None:
    waiting = [
        {
            "key": envelope.key,
            "account_id": entered.account_id,
            "cursor": entered.first + place,
            "reply": envelope.reply,
            "due_at": now,
        }
        for place, envelope in enumerate(out)
    ]
    connection.execute(_POST, waiting)


def announce(bell: Bell, out: Sequence[Envelope], pulled: Collection[str]) -> None:
    """Wake those who wait for what has been said."""
    for account in {envelope.account for envelope in out}:
        bell.ring(timeline_topic(account))
        if account.channel not in pulled:
            bell.call("outbox")
