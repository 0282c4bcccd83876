"""An order collected at a store: where it stands, and changing one's mind about it."""

import asyncio
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from customer_data import (
    TODAY,
    days_ago,
    earned,
    line,
    once,
    open_shop,
    order,
    pickup,
    put,
    row,
    slug,
    speak_as,
    stock,
    store,
)
from fastapi import FastAPI
from sqlalchemy import select

from backend.tables import Order, PointsEntry, StockLevel

PATH = "/v1/orders/o1/pickup"


async def ordered(app: FastAPI, status: str = "ready", **more: Any) -> None:
    """An order of two shoes for collection in Ginza, where they are kept back."""
    await open_shop(app)
    await put(app, stock("shoe-26", "ginza", 3, reserved=2))
    head = order("o1", delivery={"kind": "pickup", "store_id": "ginza"})
    await put(app, head, line("o1", quantity=2), pickup("o1", status, **more))


async def kept_back(app: FastAPI) -> dict[str, int]:
    stores = ("ginza", "umeda")
    return {each: (await row(app, StockLevel, ("shoe-26", each))).reserved for each in stores}


async def test_a_member_sees_when_and_where_to_collect(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await ordered(app)
    me = await speak_as(service)
    answer = await service.get(PATH, headers=me)
    shown = answer.json()
    assert (shown["status"], shown["store_id"]) == ("ready", "ginza")
    assert (shown["hold_until"], shown["as_of"]) == ("2026-11-21", "2026-11-18T12:00:00+09:00")
    assert shown["allowed_actions"] == ["extend", "change_store", "cancel", "code"]
    assert "code" not in shown
    again = await service.get(PATH, headers=me | {"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    whole = (await service.get("/v1/orders/o1", headers=me)).json()
    assert (whole["status"], whole["pickup"]) == ("ready_for_pickup", shown)
    assert "pickup_extend" in whole["allowed_actions"]


async def test_changes_and_the_code_need_a_fresh_proof_and_the_own_order(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await ordered(app)
    linked, other = await speak_as(service), await speak_as(service, "m2", aal=2, user="web:u2")
    bodies = {"change-store": {"store_id": "umeda"}, "extend": {"until": "2026-11-25"}}
    for action in ("change-store", "extend", "cancel", "code"):
        asked = {"json": bodies.get(action)} if action in bodies else {}
        answer = await service.post(f"{PATH}/{action}", headers=linked | once(), **asked)
        assert (slug(answer), answer.json()["required_aal"]) == ("step-up-required", 2)
        answer = await service.post(f"{PATH}/{action}", headers=other | once(), **asked)
        assert slug(answer) == "not-found"


async def test_the_code_is_shown_for_ten_minutes(app: FastAPI, service: httpx.AsyncClient) -> None:
    await ordered(app)
    me = await speak_as(service, aal=2)
    shown = (await service.post(f"{PATH}/code", headers=me | once())).json()
    assert shown == {
        "code": "4711",
        "barcode": {"format": "code128", "payload": "4711"},
        "expires_at": "2026-11-18T12:10:00+09:00",
    }


async def test_a_shop_without_codes_gets_one_that_stays(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await ordered(app, code=None)
    me = await speak_as(service, aal=2)
    first = (await service.post(f"{PATH}/code", headers=me | once())).json()["code"]
    again = (await service.post(f"{PATH}/code", headers=me | once())).json()["code"]
    assert first == again
    assert len(first) == 6


async def test_another_store_prepares_the_order_anew(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await ordered(app)
    me = await speak_as(service, aal=2)
    asked = {"json": {"store_id": "umeda"}}
    plan = await service.post(f"{PATH}/change-store", params={"dry_run": True}, headers=me, **asked)
    assert plan.json()["effects"] == [
        {
            "kind": "pickup_store_changed",
            "from_store_id": "ginza",
            "store_id": "umeda",
            "ready_at": "2026-11-18T14:00:00+09:00",
            "hold_until": "2026-11-25",
        }
    ]
    assert await kept_back(app) == {"ginza": 2, "umeda": 0}
    agreed = me | once() | {"If-Match": plan.json()["etag"]}
    first = await service.post(f"{PATH}/change-store", headers=agreed, **asked)
    again = await service.post(f"{PATH}/change-store", headers=agreed, **asked)
    assert first.json() == again.json()
    assert (first.json()["store_id"], first.json()["status"]) == ("umeda", "preparing")
    assert await kept_back(app) == {"ginza": 0, "umeda": 2}
    stale = me | once() | {"If-Match": plan.json()["etag"]}
    moved = await service.post(f"{PATH}/change-store", headers=stale, **asked)
    assert slug(moved) == "state-changed"


async def test_a_store_that_has_too_few_or_hands_nothing_over_is_refused(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await ordered(app)
    await put(app, stock("shoe-26", "umeda", 1), store("kiosk", services=[]))
    me = await speak_as(service, aal=2)

    async def change(store_id: str) -> httpx.Response:
        asked = {"store_id": store_id}
        return await service.post(f"{PATH}/change-store", json=asked, headers=me | once())

    short = await change("umeda")
    assert (slug(short), short.json()["available"]) == ("insufficient-stock", 1)
    assert slug(await change("kiosk")) == "not-supported"
    assert slug(await change("nowhere")) == "not-found"
    assert slug(await change("ginza")) == "invalid-request"
    assert await kept_back(app) == {"ginza": 2, "umeda": 0}


async def test_an_order_is_kept_longer_once_and_not_for_ever(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await ordered(app)
    me = await speak_as(service, aal=2)

    async def extend(until: date) -> httpx.Response:
        asked = {"until": until.isoformat()}
        return await service.post(f"{PATH}/extend", json=asked, headers=me | once())

    assert slug(await extend(TODAY + timedelta(days=3))) == "invalid-request"
    assert slug(await extend(TODAY + timedelta(days=11))) == "invalid-request"
    longer = await extend(TODAY + timedelta(days=10))
    assert (longer.json()["hold_until"], longer.json()["extension_used"]) == ("2026-11-28", True)
    twice = await extend(TODAY + timedelta(days=11))
    assert slug(twice) == "not-allowed-in-state"
    assert "extend" not in twice.json()["allowed_actions"]


async def test_cancelling_gives_back_stock_money_and_points(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await ordered(app)
    await put(
        app,
        earned(500, 30),
        earned(-200, 3, kind="use", order_no="EC-o1"),
        earned(29, -7, order_no="EC-o1", pending=True),
    )
    me = await speak_as(service, aal=2)
    plan = await service.post(f"{PATH}/cancel", params={"dry_run": True}, headers=me)
    assert plan.json()["effects"] == [
        {"kind": "pickup_cancelled", "store_id": "ginza"},
        {"kind": "refund", "amount": {"currency": "JPY", "amount": 2990}},
        {"kind": "points", "delta": 200},
    ]
    assert await kept_back(app) == {"ginza": 2, "umeda": 0}
    answers = await asyncio.gather(
        *(service.post(f"{PATH}/cancel", headers=me | once()) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert await kept_back(app) == {"ginza": 0, "umeda": 0}
    shown = (await service.get("/v1/orders/o1", headers=me)).json()
    assert (shown["status"], shown["payment_status"]) == ("cancelled", "refund_pending")
    points = (await service.get("/v1/customers/m1/points", headers=me)).json()
    assert (points["balance"], points["pending"]) == (500, 0)
    assert points["as_of"] == "2026-11-18T12:00:00+09:00"


async def test_a_process_that_dies_while_cancelling_leaves_everything_as_it_was(
    app: FastAPI, service: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ordered(app)
    await put(app, earned(-200, 3, kind="use", order_no="EC-o1"))
    me = await speak_as(service, aal=2)
    key = once()

    async def power_cut(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as broken:
        broken.setattr("backend.conventions.effects._finish", power_cut)
        with pytest.raises(asyncio.CancelledError):
            await service.post(f"{PATH}/cancel", headers=me | key)
    assert await kept_back(app) == {"ginza": 2, "umeda": 0}
    assert (await row(app, Order, "o1")).payment_status == "paid"
    async with app.state.database.reading() as session:
        assert len(list(await session.scalars(select(PointsEntry)))) == 1
    assert (await service.post(f"{PATH}/cancel", headers=me | key)).status_code == 200
    assert await kept_back(app) == {"ginza": 0, "umeda": 0}


@pytest.mark.parametrize("backend_engine_url", ["sqlite"], indirect=True)
async def test_what_is_over_cannot_be_changed(app: FastAPI, service: httpx.AsyncClient) -> None:
    await ordered(app, "picked_up")
    me = await speak_as(service, aal=2)
    for action in ("cancel", "code"):
        refused = await service.post(f"{PATH}/{action}", headers=me | once())
        assert slug(refused) == "not-allowed-in-state"
        assert refused.json()["state"] == "picked_up"
    await put(app, pickup("o1", hold_until=days_ago(1).date()))
    late = await service.post(f"{PATH}/code", headers=me | once())
    assert (slug(late), late.json()["state"]) == ("not-allowed-in-state", "expired")
    await put(app, order("o2"), line("o2"))
    assert slug(await service.get("/v1/orders/o2/pickup", headers=me)) == "not-found"
