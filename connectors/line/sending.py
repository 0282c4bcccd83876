"""Sends what is for one account: by free replies first, by paid pushes where there is no other way.

Rules: https://developers.line.biz/en/docs/messaging-api/retrying-api-request/ and
https://developers.line.biz/en/reference/messaging-api/#send-reply-message
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import Counter

from bot.channel import Envelope, Failed, Sent
from bot.messages import Account
from connectors.line.api import Api, LineRefused, LineSilent
from connectors.line.arrivals import Arrivals
from connectors.line.bubbles import Bubble, bubbles_of, calls, envelope_key, merged
from connectors.line.groups import Company
from connectors.line.handles import Handle
from connectors.line.objects import objects, plain
from connectors.line.pushes import Pushes
from connectors.line.tokens import ReplyTokens

log = structlog.get_logger(__name__)

REPLY = "/v2/bot/message/reply"
PUSH = "/v2/bot/message/push"
LAST_START_SECONDS = 20.0
"""No call is begun later than this: verdicts must be given before the delivery loses patience."""

CALLS = Counter(
    "madoguchi_line_sends", "Calls that send messages: free replies, paid pushes", ["kind", "fate"]
)


@dataclass(frozen=True)
class Fault:
    """Why a call did not go out; the fields of `bot.channel.Failed`."""

    reason: str
    permanent: bool = False
    blocked: bool = False
    retry_after: float | None = None
    quota: bool = False


class _Spent(Exception):
    """The reply token is no good any more."""


class Post:
    """Carries batches of messages to LINE. `now` is real time, `public_url` our own host."""

    def __init__(
        self,
        api: Api,
        pushes: Pushes,
        arrivals: Arrivals,
        company: Company,
        now: Callable[[], datetime],
        public_url: str | None = None,
    ) -> None:
        self._api = api
        self._public_url = public_url
        self._pushes = pushes
        self._arrivals = arrivals
        self._company = company
        self._tokens = ReplyTokens(now)

    async def send(self, batch: Sequence[Envelope]) -> list[Sent | Failed]:
        """Send messages of one account, in order; one verdict for each."""
        faults: dict[str, Fault] = {}
        left = await self._to_come(batch)
        start = asyncio.get_running_loop().time()
        fault: Fault | None = None
        while left and not (fault and (fault.blocked or not fault.permanent)):
            if asyncio.get_running_loop().time() - start > LAST_START_SECONDS:
                break
            try:
                call = await self._next(batch, left)
                if batch[0].free_only and not call.handle:
                    break
                fault = await self._carried(batch[0].account, call)
            except _Spent:
                continue  # the same bubbles, another way
            except Exception as error:
                # Ours to mend; but what went out before it must not go out again.
                log.error("line.fault", fault=type(error).__name__, exc_info=True)
                break
            pieces = set(call.pieces)
            left = [bubble for bubble in left if not pieces.issuperset(bubble.pieces)]
            if fault:
                faults |= {envelope_key(piece): fault for piece in call.pieces}
            else:
                await self._note(call, left)
        for bubble in left:
            waiting = fault if fault and fault.blocked else Fault("waits")
            faults.setdefault(envelope_key(bubble.pieces[0]), waiting)
        used = self._tokens.used(batch)
        return [_verdict(envelope.key, faults.get(envelope.key), used) for envelope in batch]

    async def _to_come(self, batch: Sequence[Envelope]) -> list[Bubble]:
        """The bubbles of these messages, without what has arrived of one that failed halfway."""
        shown = [bubbles_of(envelope, self._public_url) for envelope in batch]
        several = [bubble.pieces[0] for each in shown if len(each) > 1 for bubble in each]
        arrived = await self._arrivals.among(several)
        return [b for each in shown for b in each if b.pieces[0] not in arrived]

    async def _note(self, call: _Call, left: Sequence[Bubble]) -> None:
        """What has arrived of messages of which something is left."""
        unfinished = {envelope_key(bubble.pieces[0]) for bubble in left}
        try:
            await self._arrivals.note([p for p in call.pieces if envelope_key(p) in unfinished])
        except Exception as error:
            log.error("line.arrival_not_noted", fault=type(error).__name__)

    async def _next(self, batch: Sequence[Envelope], left: Sequence[Bubble]) -> _Call:
        """The next call for what is left."""
        if doubted := self._tokens.doubted([piece for b in left for piece in b.pieces]):
            carried = set(self._tokens.carried(doubted))
            again = merged([bubble for bubble in left if carried.issuperset(bubble.pieces)])
            return _Call(again, handle=doubted)
        handles = self._tokens.fresh(batch)
        begun: Mapping[str, str] = {}
        own = {envelope.reply for envelope in batch}
        if not handles or own != {handles[0].dump()}:
            begun = await self._pushes.begun([bubble.pieces[0] for bubble in left])
        if retry_key := begun.get(left[0].pieces[0]):
            # Its first try may have gone out: only the same call under the same key is safe.
            again = merged([b for b in left if begun.get(b.pieces[0]) == retry_key])
            return _Call(again, retry_key=retry_key)
        new = left[: next((n for n, b in enumerate(left) if b.pieces[0] in begun), len(left))]
        # The newest may have an answer of its own coming: it is for what would else be pushed.
        replies = sum(handle.dump() in own for handle in handles) or len(handles)
        first = calls(new, replies)[0]
        if handles:
            return _Call(first, handle=handles[0])
        pieces = "\n".join(piece for bubble in first for piece in bubble.pieces)
        return _Call(first, retry_key=str(uuid.uuid5(uuid.NAMESPACE_OID, pieces)))

    async def _carried(self, account: Account, call: _Call) -> Fault | None:
        kind = "reply" if call.handle else "push"
        try:
            if call.handle:
                fault = await self._reply(account, call, call.handle)
            else:
                fault = await self._push(account, call)
        except _Spent:
            CALLS.labels(kind, "spent").inc()
            raise
        CALLS.labels(kind, "failed" if fault else "sent").inc()
        return fault

    # Replies ---------------------------------------------------------------------------------

    async def _reply(
        self, account: Account, call: _Call, handle: Handle, *, again: bool = False
    ) -> Fault | None:
        """A free reply; after a call without an answer once more, since a token works only once.

        Raises `_Spent`.
        """
        doubted = bool(self._tokens.carried(handle))
        try:
            await self._call(account, REPLY, call, {"replyToken": handle.reply_token})
        except LineSilent as fault:
            if fault.sent:
                self._tokens.doubt(handle, call.pieces)
                return await self._once_more(account, call, handle, str(fault), again)
            return Fault(str(fault))
        except LineRefused as refusal:
            if refusal.status == 400 and "reply token" in refusal.message.lower():
                self._tokens.spend(handle)
                if doubted:
                    return None  # the call without an answer had gone out
                raise _Spent from refusal
            if refusal.status >= 500:
                self._tokens.doubt(handle, call.pieces)
                return await self._once_more(account, call, handle, str(refusal), again)
            return _fault(refusal)
        self._tokens.spend(handle)
        return None

    async def _once_more(
        self, account: Account, call: _Call, handle: Handle, reason: str, again: bool
    ) -> Fault | None:
        return Fault(reason) if again else await self._reply(account, call, handle, again=True)

    # Pushes ----------------------------------------------------------------------------------

    async def _push(self, account: Account, call: _Call) -> Fault | None:
        """A paid push, counted before it is sent."""
        key = call.retry_key
        try:
            recipients = await self._recipients(account)
        except (LineRefused, LineSilent) as unknown:
            return Fault(str(unknown))
        if not await self._pushes.begin(key, call.pieces, recipients):
            log.error("line.push_budget_gone")
            return Fault("the month's push budget is used up", permanent=True, quota=True)
        try:
            await self._call(account, PUSH, call, {"to": account.user}, {"X-Line-Retry-Key": key})
        except LineSilent as silence:
            return Fault(str(silence))
        except LineRefused as refusal:
            fault = None if refusal.accepted else _fault(refusal)
            if fault and not fault.permanent:
                return fault
            await self._pushes.settle(key, give_back=recipients if fault else 0)
            return fault
        await self._pushes.settle(key)
        return None

    async def _recipients(self, account: Account) -> int:
        """A push costs one for each who reads it."""
        for place, letter in (("group", "C"), ("room", "R")):
            if account.user.startswith(letter):
                path = f"/v2/bot/{place}/{{chat}}/members/count"
                return int((await self._api.call("GET", path, chat=account.user))["count"])
        return 1

    # Calls -----------------------------------------------------------------------------------

    async def _call(
        self,
        account: Account,
        path: str,
        call: _Call,
        to: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> None:
        """One call; what LINE finds fault with is said again in plain words."""
        try:
            body = {**to, "messages": objects(call.bubbles)}
            answer = await self._api.call("POST", path, body, headers=headers)
        except LineRefused as refusal:
            if refusal.status != 400 or not _about_messages(refusal):
                raise
            body = {**to, "messages": [plain(bubble) for bubble in call.bubbles]}
            if headers:
                key = uuid.uuid5(uuid.UUID(call.retry_key), "in plain words")
                headers = {"X-Line-Retry-Key": str(key)}
            answer = await self._api.call("POST", path, body, headers=headers)
        if not account.user.startswith("U"):
            self._company.remember(_ids(answer))


@dataclass(frozen=True)
class _Call:
    """One call to make: by reply where it has a handle, else by push."""

    bubbles: tuple[Bubble, ...]
    handle: Handle | None = None
    retry_key: str = ""

    @property
    def pieces(self) -> tuple[str, ...]:
        """All pieces it carries."""
        return tuple(piece for bubble in self.bubbles for piece in bubble.pieces)


def _verdict(key: str, fault: Fault | None, used: tuple[str, ...]) -> Sent | Failed:
    if fault is None:
        return Sent(key, used)
    return Failed(key, **asdict(fault))


def _about_messages(refusal: LineRefused) -> bool:
    details = refusal.details if isinstance(refusal.details, list) else ()
    named = [str(each.get("property", "")) for each in details if isinstance(each, dict)]
    return any(name.startswith("messages") for name in named)


def _fault(refusal: LineRefused) -> Fault:
    """What a refusal means for what was to be sent."""
    message, status = refusal.message.lower(), refusal.status
    if status == 429:
        if "monthly limit" in message:
            log.error("line.quota_gone")
            return Fault("LINE's monthly limit is reached", permanent=True, quota=True)
        return Fault(str(refusal), retry_after=refusal.retry_after)
    if status == 400:
        unknown = "failed to send messages" in message or "'to'" in message
        return Fault(str(refusal), permanent=True, blocked=unknown)
    # A wrong access token and trouble at LINE can be mended; other refusals stand.
    return Fault(str(refusal), permanent=status not in (401, 408) and status < 500)


def _ids(answer: Any) -> list[str]:
    sent = answer.get("sentMessages") if isinstance(answer, dict) else None
    named = [each.get("id") for each in sent or () if isinstance(each, dict)]
    return [each for each in named if isinstance(each, str)]
