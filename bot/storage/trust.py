"""How far an account is trusted at a moment of real time."""

from datetime import datetime, timedelta

from bot.customers.profile import Trust

PROOF_LASTS = timedelta(hours=12)
IDLE_AT_MOST = timedelta(minutes=30)


def trust(
    linked_at: datetime | None,
    proven_at: datetime | None,
    used_at: datetime | None,
    now: datetime,
) -> Trust:
    """Verified while the proof is fresh and in use, then linked; anonymous if never proven."""
    if linked_at is None:
        return Trust.ANONYMOUS
    if proven_at is None or used_at is None:
        return Trust.LINKED
    fresh = now - proven_at <= PROOF_LASTS and now - used_at <= IDLE_AT_MOST
    return Trust.VERIFIED if fresh else Trust.LINKED
