"""Slow, broken, full and busy backends: what the counter makes of them."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from bot.breaker import Breaker, Resting
from bot.errors import OutcomeUnknown, Unavailable
from bot.ports import Caller
from bot.shop import ShopDoor
from bot.shopfront.base import Refused
from bot.shopfront.catalogue import Held, NoLongerThere, PutAside, StoreById, VariantsOf
from tests.shop.shop_stand_in import PHONE_ACCOUNT, STORE, StandIn, StoppedClock, page, problem

STORES = "GET /stores/shibuya"
HOLDS = "POST /holds"
ASIDE = PutAside("shibuya", "v1", 1, "サトウ")
HELD = {"id": "h-1", "store_id": "shibuya", "code": "482913", "status": "active"}


async def test_a_question_says_who_asks_and_in_which_language(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell(STORES, STORE)
    await door.answer(StoreById("shibuya"), stranger)
    headers = far.last(STORES).headers
    assert headers["authorization"] == "Bearer service-token"
    assert headers["accept-language"] == "ja"
    assert headers["request-id"]
    assert "customer-session" not in headers


async def test_a_read_that_fails_is_tried_once_more(
    door: ShopDoor, far: StandIn, clock: StoppedClock, stranger: Caller
) -> None:
    far.tell(STORES, httpx.ReadTimeout("slow"), STORE)
    found = await door.answer(StoreById("shibuya"), stranger)
    assert found.name == "渋谷店"
    assert clock.slept == [0.1]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("down"),
        httpx.RemoteProtocolError("dropped"),
        httpx.Response(500, content=b"<html>oops</html>"),
        httpx.Response(404, content=b"<html>no such page</html>"),
        problem("upstream-timeout", 504),
        httpx.Response(200, content=b'{"id": "shib'),
        httpx.Response(200, json={"id": "shibuya"}),
        httpx.Response(200, json=["shibuya"]),
        httpx.Response(200, json={**STORE, "padding": "x" * 3_000_000}),
        httpx.Response(302, headers={"location": "http://elsewhere.example"}),
        problem("unauthenticated", 401),
        problem("rate-limited", 429, retry_after=30),
    ],
    ids=str,
)
async def test_a_backend_that_does_not_answer_well_is_unavailable(
    door: ShopDoor, far: StandIn, stranger: Caller, answer: object
) -> None:
    far.tell(STORES, answer)
    with pytest.raises(Unavailable):
        await door.answer(StoreById("shibuya"), stranger)


async def test_a_hanging_backend_in_the_same_process_is_left_in_time(
    door: ShopDoor, far: StandIn, stranger: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.shop.client.CONNECT_SECONDS", 0.0)
    monkeypatch.setattr("bot.shop.client.Call.patience", 0.01)
    far.tell(STORES, lambda _: asyncio.Event().wait())
    with pytest.raises(Unavailable):
        await door.answer(StoreById("shibuya"), stranger)


async def test_nothing_is_asked_when_the_customer_has_waited_long_enough(
    door: ShopDoor, far: StandIn, clock: StoppedClock
) -> None:
    late = Caller(PHONE_ACCOUNT, "ja", deadline=clock.real())
    with pytest.raises(Unavailable):
        await door.answer(StoreById("shibuya"), late)
    assert not far.asked


async def test_a_busy_backend_is_asked_again_when_it_says_so(
    door: ShopDoor, far: StandIn, clock: StoppedClock, stranger: Caller
) -> None:
    far.tell(STORES, problem("rate-limited", 429, retry_after=2), STORE)
    assert await door.answer(StoreById("shibuya"), stranger)
    assert clock.slept == [2.0]


async def test_what_is_not_there_is_none_and_strange_ids_stay_in_their_place(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    assert await door.answer(StoreById("../orders?x=#1"), stranger) is None
    assert far.asked[0].url.raw_path == b"/v1/stores/..%2Forders%3Fx%3D%231"


async def test_fields_nobody_knows_are_ignored_and_pages_are_followed(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    one, two = ({"id": each, "options": {}, "new_field": 1} for each in ("v1", "v2"))
    far.tell("GET /products/p/variants", page(one, cursor="next"), page(two))
    variants = await door.answer(VariantsOf("p"), stranger)
    assert [variant.id for variant in variants] == ["v1", "v2"]
    assert far.asked[1].url.params["cursor"] == "next"


async def test_five_failures_in_a_row_rest_the_port_and_one_call_tries_it_again(
    door: ShopDoor, far: StandIn, clock: StoppedClock, stranger: Caller
) -> None:
    far.tell(STORES, httpx.ConnectError("down"))
    for _ in range(3):
        with pytest.raises(Unavailable):
            await door.answer(StoreById("shibuya"), stranger)
    assert far.times(STORES) == 5
    far.tell(STORES, STORE)
    waited = len(clock.slept)
    with pytest.raises(Unavailable):
        await door.answer(StoreById("shibuya"), stranger)
    assert (far.times(STORES), len(clock.slept)) == (5, waited)
    far.tell("GET /products/p/variants", page())
    assert await door.answer(VariantsOf("p"), stranger) == ()  # another port goes on
    clock.forward(seconds=16)
    assert await door.answer(StoreById("shibuya"), stranger)
    assert far.times(STORES) == 6


async def test_an_effect_carries_its_key_and_is_never_blindly_repeated(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell(HOLDS, httpx.ReadTimeout("slow"), HELD)
    with pytest.raises(OutcomeUnknown):
        await door.perform(ASIDE, "key-1", stranger)
    assert far.times(HOLDS) == 1
    held = await door.perform(ASIDE, "key-1", stranger)
    assert held == Held("h-1", "482913", None)
    assert {request.headers["idempotency-key"] for request in far.requests(HOLDS)} == {"key-1"}
    assert len({request.content for request in far.requests(HOLDS)}) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.RemoteProtocolError("dropped"),
        httpx.WriteError("broken pipe"),
        httpx.Response(500, content=b"oops"),
        problem("upstream-timeout", 504, outcome="unknown"),
        httpx.Response(201, content=b"{"),
        httpx.Response(201, json={"hold": "h-1"}),
        httpx.Response(204),
    ],
    ids=str,
)
async def test_an_effect_without_a_clear_answer_may_have_happened(
    door: ShopDoor, far: StandIn, stranger: Caller, answer: object
) -> None:
    far.tell(HOLDS, answer)
    with pytest.raises(OutcomeUnknown):
        await door.perform(ASIDE, "key-1", stranger)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("down"),
        httpx.ConnectTimeout("down"),
        problem("upstream-unavailable", 503, outcome="none"),
        problem("idempotency-key-reused", 422),
    ],
    ids=str,
)
async def test_an_effect_that_never_started_has_not_happened(
    door: ShopDoor, far: StandIn, stranger: Caller, answer: object
) -> None:
    far.tell(HOLDS, answer)
    with pytest.raises(Unavailable):
        await door.perform(ASIDE, "key-1", stranger)


async def test_an_effect_still_running_is_asked_for_with_the_same_key(
    door: ShopDoor, far: StandIn, clock: StoppedClock, stranger: Caller
) -> None:
    running = problem("idempotency-in-progress", 409, retry_after=1)
    far.tell(HOLDS, running, running, HELD)
    assert isinstance(await door.perform(ASIDE, "key-1", stranger), Held)
    assert clock.slept == [1.0, 1.0]


async def test_an_effect_that_keeps_running_is_not_known(
    door: ShopDoor, far: StandIn, clock: StoppedClock, stranger: Caller
) -> None:
    far.tell(HOLDS, problem("idempotency-in-progress", 409, retry_after=1))
    with pytest.raises(OutcomeUnknown):
        await door.perform(ASIDE, "key-1", stranger)
    assert sum(clock.slept) < 8


async def test_refusals_are_values(door: ShopDoor, far: StandIn, stranger: Caller) -> None:
    far.tell(HOLDS, problem("insufficient-stock", 409, available=0, alternatives=[]))
    assert await door.perform(ASIDE, "1", stranger) == NoLongerThere(0)
    far.tell(HOLDS, problem("hold-limit", 422, limit=2))
    assert await door.perform(ASIDE, "2", stranger) == Refused("hold-limit", 2)
    far.tell(HOLDS, problem("not-supported", 501, capability="holds"))
    assert await door.perform(ASIDE, "3", stranger) == Refused("not-supported")
    far.tell(HOLDS, problem("invalid-request", 400, fields=[]))
    assert await door.perform(ASIDE, "5", stranger) == Refused("invalid-request")
    far.tell(HOLDS, problem("not-allowed-in-state", 409, state="closed"))
    assert await door.perform(ASIDE, "4", stranger) == Refused("closed")


async def test_the_backend_never_sees_a_platforms_id(
    door: ShopDoor, far: StandIn, stranger: Caller
) -> None:
    far.tell(HOLDS, HELD)
    await door.perform(ASIDE, "key-1", stranger)
    request = far.last(HOLDS)
    told = json.loads(request.content)
    assert told["name_kana"] == "サトウ"
    assert len(request.headers["Channel-User-Ref"]) == 64
    assert PHONE_ACCOUNT.user not in str(request.url) + request.content.decode() + str(
        request.headers
    )


def test_half_of_many_calls_failing_rests_the_port_too(clock: StoppedClock) -> None:
    breaker = Breaker("stock", clock)
    for call in range(10):
        try:
            with breaker.guarding():
                if call % 2:
                    raise Unavailable("now and then")
        except Unavailable:
            pass
    with pytest.raises(Resting), breaker.guarding():
        pass
    clock.forward(seconds=15)
    with pytest.raises(asyncio.CancelledError), breaker.guarding():
        raise asyncio.CancelledError
    with pytest.raises(Unavailable), breaker.guarding():
        raise Unavailable("still down")
    with pytest.raises(Resting), breaker.guarding():
        pass
    clock.forward(seconds=15)
    with breaker.guarding():
        pass
    with breaker.guarding():
        pass
