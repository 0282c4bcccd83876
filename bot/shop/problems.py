"""The contract's errors (RFC 9457) as the counter meets them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import Unavailable
from bot.shopfront.base import Refused

PREFIX = "urn:problem:"
SESSION_ENDED = frozenset({"session-required", "step-up-required"})
# An invalid request is a mistake of ours, but asking again never helps: it is refused.
REFUSALS = frozenset(
    {
        "unknown-parameter",
        "invalid-request",
        "not-found",
        "not-allowed-in-state",
        "insufficient-stock",
        "state-changed",
        "hold-limit",
        "redeem-minimum",
        "code-expired",
        "code-wrong",
        "locked",
        "rate-limited",
        "not-supported",
    }
)


class Problem(Exception):
    """The backend answered with an error of the contract, named by its slug."""

    def __init__(self, slug: str, members: dict[str, Any], retry_after: float | None) -> None:
        super().__init__(slug)
        self.slug = slug
        self.members = members
        self.retry_after = retry_after

    def number(self, *names: str) -> int | None:
        """The first of these members that is a number."""
        found = (self.members.get(name) for name in names)
        return next((n for n in found if isinstance(n, int) and not isinstance(n, bool)), None)


class _Body(BaseModel):
    model_config = ConfigDict(extra="allow")

    type: str


def read_problem(body: bytes, retry_after: float | None) -> Problem | None:
    """The problem in an answer's body; None where there is none."""
    try:
        told = _Body.model_validate_json(body)
    except ValidationError:
        return None
    if not told.type.startswith(PREFIX):
        return None
    return Problem(told.type.removeprefix(PREFIX), dict(told.model_extra or {}), retry_after)


def refused(problem: Problem) -> Refused:
    """A refusal as a value. Raises `Unavailable` for what is a fault of ours or of the backend."""
    if problem.slug not in REFUSALS:
        raise Unavailable(problem.slug) from problem
    state = problem.members.get("state")
    by_state = problem.slug == "not-allowed-in-state" and isinstance(state, str)
    limit = problem.number("limit", "max", "per_customer")
    return Refused(str(state) if by_state else problem.slug, limit)
