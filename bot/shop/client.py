"""The backend over HTTP: polite, patient only as long as the customer is."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from bot.breaker import Breaker, Resting
from bot.errors import OutcomeUnknown, Unavailable
from bot.ports import Clock
from bot.shop.problems import Problem, read_problem

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.5
READS_BUDGET = timedelta(seconds=4)
EFFECT_BUDGET = timedelta(seconds=8)
CONNECTIONS = 20
ANSWER_BYTES = 2 * 1024 * 1024
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_TO_BE_ASKED_AGAIN = frozenset({"idempotency-in-progress", "rate-limited"})
_OURS_TO_MEND = frozenset(
    {"unknown-parameter", "invalid-request", "unauthenticated", "idempotency-key-reused"}
)

Params = Sequence[tuple[str, str]]
M = TypeVar("M", bound=BaseModel)


def connect(
    base_url: str, token: str, transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """A client for the backend at `scheme://host[:port]`; the caller closes it.

    `transport` is given for the embedded backend: `httpx.ASGITransport`.
    """
    return httpx.AsyncClient(
        base_url=base_url,
        transport=transport,
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=CONNECTIONS),
    )


def path(*steps: str) -> str:
    """A path of the contract; ids may hold any character."""
    return "/v1/" + "/".join(quote(step, safe="") for step in steps)


@dataclass(frozen=True)
class Call:
    """One request. `port` is what the breaker guards; `key` makes an effect happen once.

    `session` says which customer asks, `ref` which unproven account; `if_match` is the state an
    effect was agreed upon.
    """

    port: str
    method: str
    path: str
    params: Params = ()
    body: Mapping[str, Any] | None = None
    language: str | None = None
    session: str | None = None
    ref: str | None = None
    key: str | None = None
    etag: str | None = None
    if_match: str | None = None
    largest: int = ANSWER_BYTES
    read_seconds: float = READ_SECONDS

    @property
    def patience(self) -> float:
        """Seconds to wait for the answer."""
        return self.read_seconds if self.key is None else EFFECT_BUDGET.total_seconds()


@dataclass(frozen=True)
class Answer(Generic[M]):
    """What came back. `value` None: nothing changed since `etag`, or nothing to say (204).

    `max_age` is how long the backend lets the answer be kept, in seconds; None: it does not say.
    """

    value: M | None
    body: bytes
    etag: str | None
    max_age: float | None


class _Nonsense(Exception):
    """What came back is not what the contract says."""


class Backend:
    """Sends calls; one breaker for each port."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        clock: Clock,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.clock = clock
        self._http = http
        self._sleep = sleep
        self._jitter = jitter
        self._breakers: dict[str, Breaker] = {}

    async def read(self, call: Call, into: type[M], deadline: datetime | None = None) -> Answer[M]:
        """Ask, and once again if that failed and there is time.

        Raises `Problem` for the contract's errors, `Unavailable` for everything else.
        """
        until = deadline or self.clock.real() + READS_BUDGET
        try:
            return await self._once(call, into, until)
        except Resting:
            raise
        except Unavailable:
            pause = self._jitter(0.1, 0.3)
            if not self._leaves_time(pause, until):
                raise
        except Problem as problem:
            pause = problem.retry_after or 1.0
            if problem.slug != "rate-limited" or not self._leaves_time(pause, until):
                raise
        await self._sleep(pause)
        return await self._once(call, into, until)

    async def act(self, call: Call, into: type[M]) -> Answer[M]:
        """Do something. It is asked again only where the backend says that it is not done yet.

        Raises `Problem`, `Unavailable` when this call did nothing, `OutcomeUnknown` when it may
        have: the same key then finds out.
        """
        until = self.clock.real() + EFFECT_BUDGET
        running = False
        while True:
            try:
                return await self._once(call, into, until)
            except Unavailable:
                if running:
                    raise OutcomeUnknown(call.port) from None
                raise
            except Problem as problem:
                if problem.slug not in _TO_BE_ASKED_AGAIN:
                    raise
                running = problem.slug == "idempotency-in-progress"
                pause = problem.retry_after or 1.0
                if not self._leaves_time(pause, until):
                    if running:
                        raise OutcomeUnknown(call.port) from None
                    raise
                await self._sleep(pause)

    def _leaves_time(self, pause: float, until: datetime) -> bool:
        return self.clock.real() + timedelta(seconds=pause) < until

    async def _once(self, call: Call, into: type[M], until: datetime) -> Answer[M]:
        left = (until - self.clock.real()).total_seconds()
        if left <= 0:
            raise Unavailable(f"{call.port}: no time left")
        breaker = self._breakers.get(call.port)
        if breaker is None:
            breaker = self._breakers[call.port] = Breaker(call.port, self.clock)
        with breaker.guarding():
            return await self._sent(call, into, min(left, CONNECT_SECONDS + call.patience))

    async def _sent(self, call: Call, into: type[M], seconds: float) -> Answer[M]:
        request_id = uuid.uuid4().hex
        try:
            # In process there are no sockets that could time out, so the whole is timed.
            async with asyncio.timeout(seconds):
                response, body = await self._exchange(call, request_id)
            return _answer(response, body, into)
        except _NOTHING_SENT as fault:
            log.warning("backend.not_reached", port=call.port, request_id=request_id)
            raise Unavailable(f"{call.port}: {type(fault).__name__}") from None
        except (httpx.HTTPError, TimeoutError, _Nonsense) as fault:
            why = str(fault) if isinstance(fault, _Nonsense) else type(fault).__name__
            log.warning("backend.fault", port=call.port, why=why, request_id=request_id)
            raise (Unavailable if call.key is None else OutcomeUnknown)(call.port) from None
        except Problem as problem:
            if problem.slug in _OURS_TO_MEND:
                fields = problem.members.get("fields")
                log.error("backend.refused", slug=problem.slug, fields=fields, port=call.port)
            raise

    async def _exchange(self, call: Call, request_id: str) -> tuple[httpx.Response, bytes]:
        given = {
            "Accept-Language": call.language,
            "Customer-Session": call.session,
            "Channel-User-Ref": call.ref,
            "Idempotency-Key": call.key,
            "If-None-Match": call.etag,
            "If-Match": call.if_match,
            "Request-Id": request_id,
        }
        headers = {name: value for name, value in given.items() if value is not None}
        content = None
        if call.body is not None:
            content = json.dumps(call.body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        timeout = httpx.Timeout(call.patience, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS)
        async with self._http.stream(
            call.method,
            call.path,
            params=list(call.params),
            content=content,
            headers=headers,
            timeout=timeout,
        ) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > call.largest:
                    raise _Nonsense("the answer is too large")
            return response, bytes(body)


def _answer(response: httpx.Response, body: bytes, into: type[M]) -> Answer[M]:
    if response.status_code >= 400:
        raise _error(response, body)
    etag = response.headers.get("etag")
    max_age = _max_age(response.headers.get("cache-control", ""))
    if response.status_code in (204, 304):
        return Answer(None, b"", etag, max_age)
    if response.status_code not in (200, 201, 202):
        raise _Nonsense(f"status {response.status_code}")
    try:
        return Answer(into.model_validate_json(body), body, etag, max_age)
    except ValidationError as fault:
        # The fault's own text quotes the answer, which may be about a person.
        raise _Nonsense(f"not a {into.__name__} ({fault.error_count()} faults)") from None


def _error(response: httpx.Response, body: bytes) -> Exception:
    problem = read_problem(body, _seconds(response.headers.get("retry-after")))
    if problem is None:
        return _Nonsense(f"status {response.status_code} without a problem")
    if problem.slug == "not-supported" or response.status_code < 500:
        return problem
    if problem.members.get("outcome") == "none":
        return Unavailable(problem.slug)
    return _Nonsense(problem.slug)


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() else None


def _max_age(cache_control: str) -> float | None:
    directives = [part.strip().lower() for part in cache_control.split(",")]
    if "no-store" in directives or "no-cache" in directives:
        return 0.0
    told = (part.removeprefix("max-age=") for part in directives if part.startswith("max-age="))
    return _seconds(next(told, None))
