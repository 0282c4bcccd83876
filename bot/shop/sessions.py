"""Customer-Sessions at the backend, as long as the counter trusts the caller."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from pydantic import BaseModel

from bot.customers.linking import Credential
from bot.customers.profile import Trust
from bot.errors import Fault, ProofExpired
from bot.messages import Account
from bot.ports import Caller
from bot.shop.client import Backend, Call, path
from bot.shop.problems import SESSION_ENDED, Problem
from bot.shop.refs import Refs
from bot.shop.wire import Nothing

log = structlog.get_logger(__name__)

REMEMBERED = 10_000
T = TypeVar("T")


class OpenedSession(BaseModel):
    """A fresh session; the token is a secret."""

    session: str
    customer_id: str
    session_id: str | None = None


class Sessions:
    """The session a caller was proven with; where it has ended, one the counter vouches for.

    The counter knows how far it trusts the account (`Caller.trust`): linked is level 1, verified
    level 2. A session is never opened for more than that.
    """

    def __init__(self, backend: Backend, refs: Refs) -> None:
        self._backend = backend
        self._refs = refs
        self._opened: OrderedDict[tuple[Account, str, Trust], str] = OrderedDict()
        self._ids: OrderedDict[tuple[Account, str], None] = OrderedDict()

    async def use(self, caller: Caller, ask: Callable[[str], Awaitable[T]]) -> T:
        """Ask with a session that lives. Raises `ProofExpired` when the caller has to prove."""
        if caller.member_id is None or caller.trust < Trust.LINKED:
            raise ProofExpired("no proof")
        known = (caller.account, caller.member_id, caller.trust)
        token = self._opened.get(known) or caller.session
        if token is not None:
            try:
                return await ask(token)
            except Problem as problem:
                if problem.slug not in SESSION_ENDED:
                    raise
        token = await self._open_again(caller, caller.member_id)
        try:
            return await ask(token)
        except Problem as problem:
            if problem.slug in SESSION_ENDED:
                raise ProofExpired(problem.slug) from None
            raise

    async def open(self, account: Account, who: Credential, trust: Trust) -> OpenedSession:
        """A session for a member the counter has proof of. Raises `Problem`, `Fault`."""
        body = {
            who.kind: who.value,
            "channel_user_ref": self._refs.of(account),
            "aal": int(trust),
        }
        # Opening one session too many harms nobody, so this is repeated like a read.
        call = Call("identity", "POST", path("identity", "sessions"), body=body)
        answer = await self._backend.read(call, OpenedSession)
        named = who.value if who.kind == "member_id" else None
        if answer.value is None or named not in (None, answer.value.customer_id):
            raise ProofExpired("no session for this member")
        self.note(account, answer.value)
        return answer.value

    def note(self, account: Account, opened: OpenedSession) -> None:
        """Remember which session to end when the account logs out."""
        if opened.session_id is not None:
            self._ids[(account, opened.session_id)] = None
            _keep_latest(self._ids)

    def forget(self, account: Account) -> tuple[str, ...]:
        """Remember no session of this account; the ids of those that may still be open."""
        for known in [known for known in self._opened if known[0] == account]:
            del self._opened[known]
        ids = tuple(session_id for owner, session_id in self._ids if owner == account)
        for session_id in ids:
            del self._ids[(account, session_id)]
        return ids

    async def end(self, session_id: str) -> None:
        """End a session at the backend; where that fails it ends by itself, unused."""
        call = Call("identity", "DELETE", path("identity", "sessions", session_id))
        try:
            await self._backend.read(call, Nothing)
        except (Fault, Problem) as fault:
            log.warning("identity.session_not_ended", why=type(fault).__name__)

    async def _open_again(self, caller: Caller, member_id: str) -> str:
        try:
            opened = await self.open(
                caller.account, Credential("member_id", member_id), caller.trust
            )
        except Problem as problem:
            raise ProofExpired(problem.slug) from None
        self._opened[(caller.account, member_id, caller.trust)] = opened.session
        _keep_latest(self._opened)
        return opened.session


def _keep_latest(known: OrderedDict[Any, Any]) -> None:
    while len(known) > REMEMBERED:
        known.popitem(last=False)
