"""Asking the backend for one caller: what is kept is used, what is stale says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from bot.customers.profile import Trust
from bot.errors import Fault, OutcomeUnknown, Unavailable
from bot.messages import Account
from bot.ports import Caller, Clock
from bot.shop.cache import NEVER, Cache, Kept, Key, Policy
from bot.shop.client import Answer, Backend, Call, Params, path
from bot.shop.problems import Problem
from bot.shop.refs import Refs
from bot.shop.sessions import Sessions

M = TypeVar("M", bound=BaseModel)

ABSENT = frozenset({"not-found", "not-supported"})


@dataclass(frozen=True)
class Resource:
    """A kind of answer: the breaker's port, and how long it may be kept."""

    port: str
    policy: Policy = NEVER


@dataclass(frozen=True)
class Deed:
    """An effect at the backend. `mine`: on the customer's own, with their session.

    `etag`: refused unless it still stands as it did when the customer agreed.
    """

    port: str
    method: str
    steps: tuple[str, ...]
    body: Mapping[str, Any] | None = None
    mine: bool = False
    etag: str | None = None


@dataclass(frozen=True)
class Found(Generic[M]):
    """An answer with the business time it is of; `stale`: kept longer than it counts as fresh."""

    value: M
    as_of: datetime
    age: timedelta = timedelta()
    stale: bool = False


@dataclass
class Shop:
    """What every question needs: the backend, what is kept, and the sessions of customers."""

    backend: Backend
    cache: Cache
    sessions: Sessions
    refs: Refs
    clock: Clock
    low_at: int = 2
    refreshing: dict[Key, asyncio.Task[None]] = field(default_factory=dict)
    ending: set[asyncio.Task[None]] = field(default_factory=set)

    def end_sessions(self, account: Account) -> None:
        """End the account's sessions at the backend, in the background."""
        for session_id in self.sessions.forget(account):
            task = asyncio.create_task(self.sessions.end(session_id))
            self.ending.add(task)
            task.add_done_callback(self.ending.discard)

    async def close(self) -> None:
        """End what still asks in the background; sessions are ended first."""
        tasks = list(self.refreshing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *self.ending, return_exceptions=True)


@dataclass(frozen=True)
class Asking:
    """One caller at the shop's door."""

    shop: Shop
    caller: Caller

    @property
    def language(self) -> str:
        """The caller's language."""
        return self.caller.language

    @property
    def member(self) -> str:
        """The caller's member id; empty where nobody was proven (the session then says so)."""
        return self.caller.member_id or ""

    @property
    def ref(self) -> str:
        """How the backend knows this account."""
        return self.shop.refs.of(self.caller.account)

    def now(self) -> datetime:
        """Business time."""
        return self.shop.clock.now()

    async def get(
        self,
        resource: Resource,
        steps: tuple[str, ...],
        into: type[M],
        params: Params = (),
        *,
        mine: bool = False,
    ) -> Found[M]:
        """The answer. `mine`: the customer's own data, with their session.

        Raises `Problem`, `Unavailable`, and `ProofExpired` for what is the customer's own.
        """
        member = (self.member, self.caller.trust) if mine else None
        key = Key(resource.port, path(*steps), tuple(params), self.language, member)
        if mine and self.caller.trust < Trust.LINKED:
            return await self._fetch(key, resource, into, None)
        kept = self.shop.cache.get(key)
        if kept is None:
            return await self._fetch(key, resource, into, None)
        age = self.shop.clock.real() - kept.at
        if age < kept.policy.fresh:
            return _of(kept, into, age, stale=False)
        if age < kept.policy.while_revalidating:
            self._refresh(key, resource, into, kept)
            return _of(kept, into, age, stale=True)
        try:
            return await self._fetch(key, resource, into, kept)
        except Unavailable:
            if age > kept.policy.if_error:
                raise
            return _of(kept, into, age, stale=True)

    async def find(
        self,
        resource: Resource,
        steps: tuple[str, ...],
        into: type[M],
        params: Params = (),
        *,
        mine: bool = False,
    ) -> Found[M] | None:
        """As `get`; None for what is not there, or is somebody else's, or is not supported."""
        try:
            return await self.get(resource, steps, into, params, mine=mine)
        except Problem as problem:
            if problem.slug in ABSENT:
                return None
            raise

    async def find_unproven(
        self, resource: Resource, steps: tuple[str, ...], into: type[M]
    ) -> M | None:
        """What belongs to this account without any proof; never kept. Raises as `find`."""
        call = Call(resource.port, "GET", path(*steps), language=self.language, ref=self.ref)
        try:
            return (await self.shop.backend.read(call, into, self.caller.deadline)).value
        except Problem as problem:
            if problem.slug in ABSENT or problem.slug == "method-not-allowed":
                return None
            raise

    async def plan(
        self, port: str, steps: tuple[str, ...], body: Mapping[str, Any], into: type[M]
    ) -> M:
        """What an effect of the customer's own would bring. Raises as `get`."""
        dry_run = (("dry_run", "true"),)
        call = Call(port, "POST", path(*steps), dry_run, body=body, language=self.language)
        answer = await self._with_session(
            lambda session: self.shop.backend.read(
                replace(call, session=session), into, self.caller.deadline
            )
        )
        if answer.value is None:
            raise Unavailable(f"{port}: an empty answer")
        return answer.value

    async def inquire(
        self, port: str, steps: tuple[str, ...], body: Mapping[str, Any], into: type[M]
    ) -> M:
        """A question whose words must not stand in an address; never kept.

        Raises `Problem`, `Unavailable`.
        """
        call = Call(port, "POST", path(*steps), body=body, language=self.language, ref=self.ref)
        answer = await self.shop.backend.read(call, into, self.caller.deadline)
        if answer.value is None:
            raise Unavailable(f"{port}: an empty answer")
        return answer.value

    async def act(
        self,
        deed: Deed,
        key: str,
        into: type[M],
    ) -> M:
        """Do it. Raises `Problem`, `Unavailable`, `OutcomeUnknown`, for `mine` `ProofExpired`."""
        call = Call(
            deed.port,
            deed.method,
            path(*deed.steps),
            body=deed.body,
            language=self.language,
            ref=None if deed.mine else self.ref,
            key=key,
            if_match=deed.etag,
        )
        if deed.mine:
            answer = await self._with_session(
                lambda session: self.shop.backend.act(replace(call, session=session), into)
            )
        else:
            answer = await self.shop.backend.act(call, into)
        if answer.value is not None:
            return answer.value
        try:
            return into()
        except ValidationError:
            raise OutcomeUnknown(f"{deed.port}: an empty answer") from None

    async def _with_session(self, ask: Callable[[str], Awaitable[Answer[M]]]) -> Answer[M]:
        return await self.shop.sessions.use(self.caller, ask)

    def _refresh(self, key: Key, resource: Resource, into: type[M], kept: Kept) -> None:
        if key in self.shop.refreshing:
            return

        async def refresh() -> None:
            try:
                await unhurried(self.shop, self.caller)._fetch(key, resource, into, kept)
            except (Fault, Problem):
                pass  # The next question meets it again and has somebody to tell.
            finally:
                self.shop.refreshing.pop(key, None)

        self.shop.refreshing[key] = asyncio.create_task(refresh())

    async def _fetch(
        self, key: Key, resource: Resource, into: type[M], kept: Kept | None
    ) -> Found[M]:
        asked_in = self.shop.cache.generation
        call = Call(
            key.port,
            "GET",
            key.path,
            key.params,
            language=self.language,
            etag=kept.etag if kept else None,
        )
        observed, at = self.now(), self.shop.clock.real()
        try:
            answer = await self._asked(call, into, mine=key.member is not None)
        except Problem as problem:
            if problem.slug == "rate-limited":
                raise Unavailable(problem.slug) from None
            self.shop.cache.drop(key)
            raise
        value, size = answer.value, len(answer.body)
        if value is None:
            if kept is None:
                raise Unavailable(f"{key.port}: an empty answer")
            value, size = _as(into, kept), kept.size
        policy = resource.policy.within(answer.max_age)
        if resource.policy is not NEVER:
            fresh = Kept(value, size, answer.etag, at, observed, policy)
            self.shop.cache.put(key, fresh, asked_in=asked_in)
        return Found(value, observed)

    async def _asked(self, call: Call, into: type[M], *, mine: bool) -> Answer[M]:
        read, deadline = self.shop.backend.read, self.caller.deadline
        if not mine:
            return await read(call, into, deadline)
        return await self._with_session(
            lambda session: read(replace(call, session=session), into, deadline)
        )


def _of(kept: Kept, into: type[M], age: timedelta, *, stale: bool) -> Found[M]:
    return Found(_as(into, kept), kept.observed, age, stale)


def _as(into: type[M], kept: Kept) -> M:
    """A path is always read into the same form; forms are frozen, so that they can be shared."""
    assert isinstance(kept.value, into)
    return kept.value


def unhurried(shop: Shop, caller: Caller) -> Asking:
    """For the same caller with a time budget of its own: the turn's was for its reads."""
    return Asking(shop, replace(caller, deadline=None))


def open_shop(backend: Backend, secret: str, *, low_at: int = 2) -> Shop:
    """A shop with nothing kept yet; `secret` keys how the backend is told of accounts.

    `low_at`: this many or fewer are "few left", wherever the count is known.
    """
    refs = Refs(secret)
    return Shop(backend, Cache(), Sessions(backend, refs), refs, backend.clock, low_at)
