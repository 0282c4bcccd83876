"""Sessions as the contract shows them."""

from typing import Any

from pydantic import BaseModel

from backend.conventions.bodies import Moment
from backend.tables import IdentitySession


class SessionView(BaseModel):
    """A fresh session; its token is shown this once. It ends 30 minutes after its last use."""

    session: str
    session_id: str
    aal: int
    expires_at: Moment


class MemberSession(SessionView):
    """A session of a member."""

    customer_id: str


def session_members(opened: IdentitySession, token: str) -> dict[str, Any]:
    """The members all session views share."""
    return {
        "session": token,
        "session_id": opened.id,
        "aal": opened.aal,
        "expires_at": opened.expires_at,
    }
