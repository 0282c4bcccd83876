"""Putting pieces aside: atomic with stock, within limits, and not for ever."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from customer_data import once, open_shop, put, row, slug, speak_as, stock, store
from fastapi import FastAPI
from structlog.testing import capture_logs

from backend.customers import holds
from backend.customers.hold_book import expire_holds
from backend.tables import StockLevel


def wish(**more: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "store_id": "ginza",
        "lines": [{"variant_id": "shoe-26", "quantity": 1}],
        "purpose": "buy",
        "name_kana": "ヤマダ ハナコ",
    }
    return asked | more


def stranger(user: str | None = "web:u1") -> dict[str, str]:
    return once() | ({"Channel-User-Ref": user} if user else {})


async def ask(
    service: httpx.AsyncClient, user: str | None = "web:u1", **wanted: Any
) -> httpx.Response:
    return await service.post("/v1/holds", json=wish(**wanted), headers=stranger(user))


async def kept_back(app: FastAPI, variant_id: str = "shoe-26", location: str = "ginza") -> int:
    level = await row(app, StockLevel, (variant_id, location))
    return int(level.reserved)


async def test_a_stranger_has_a_piece_put_aside_until_the_store_closes(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    answer = await ask(service)
    assert answer.status_code == 201, answer.text
    hold = answer.json()
    assert (hold["status"], hold["confirmation"]) == ("active", "instant")
    assert hold["expires_at"] == "2026-11-20T20:00:00+09:00"
    assert len(hold["code"]) == 6
    assert await kept_back(app) == 1
    mine = {"Channel-User-Ref": "web:u1"}
    assert (await service.get(f"/v1/holds/{hold['id']}", headers=mine)).json()["id"] == hold["id"]
    assert slug(await service.get(f"/v1/holds/{hold['id']}")) == "not-found"
    listed = (await service.get("/v1/holds", headers=mine)).json()["items"]
    assert [each["id"] for each in listed] == [hold["id"]]
    others = {"Channel-User-Ref": "web:u2"}
    assert (await service.get("/v1/holds", headers=others)).json()["items"] == []
    assert slug(await service.get("/v1/holds")) == "session-required"


async def test_where_the_shop_has_no_rules_the_operators_limits_hold(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    app.state.settings = replace(app.state.settings, hold_hours=6, hold_limit=1)
    hold = (await ask(service)).json()
    assert hold["expires_at"] == "2026-11-18T20:00:00+09:00"  # the day that is six hours away
    second = await ask(service)
    assert (slug(second), second.json()["limit"]) == ("hold-limit", 1)
    limits = (await service.get("/v1/capabilities")).json()["limits"]
    assert (limits["hold_hours"], limits["max_holds"]) == (6, 1)


async def test_eight_people_want_three_pieces_and_three_get_one(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    answers = await asyncio.gather(*(ask(service, user=f"web:u{n}") for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 5
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert slug(refused) == "insufficient-stock"
    assert refused.json()["available"] == 0
    assert refused.json()["alternatives"] == [{"store_id": "umeda", "available": 5}]
    assert await kept_back(app) == 3


async def test_one_visitor_in_a_hurry_does_not_pass_the_limit(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    answers = await asyncio.gather(*(ask(service) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 422, 422]
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert (slug(refused), refused.json()["limit"]) == ("hold-limit", 2)
    assert await kept_back(app) == 2


async def test_a_double_tap_puts_one_piece_aside(app: FastAPI, service: httpx.AsyncClient) -> None:
    await open_shop(app)
    key = stranger()
    first = await service.post("/v1/holds", json=wish(), headers=key)
    again = await service.post("/v1/holds", json=wish(), headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.json() == again.json()
    other = await service.post("/v1/holds", json=wish(purpose="tryon"), headers=key)
    assert slug(other) == "idempotency-key-reused"
    assert await kept_back(app) == 1


async def test_a_process_that_dies_on_the_way_keeps_nothing_back(
    app: FastAPI, service: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_shop(app)
    key = stranger()

    def die(*_: object) -> None:
        raise SystemError("the power went")

    with monkeypatch.context() as broken, capture_logs():
        broken.setattr(holds, "hold_view", die)
        assert (await service.post("/v1/holds", json=wish(), headers=key)).status_code == 500
    assert await kept_back(app) == 0
    assert (await service.post("/v1/holds", json=wish(), headers=key)).status_code == 201
    assert await kept_back(app) == 1


async def test_trying_it_out_first_changes_nothing(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    plan = await service.post(
        "/v1/holds", params={"dry_run": True}, json=wish(), headers=stranger()
    )
    assert plan.status_code == 200, plan.text
    (effect,) = plan.json()["effects"]
    assert effect["expires_at"] == "2026-11-20T20:00:00+09:00"
    assert await kept_back(app) == 0
    agreed = stranger() | {"If-Match": plan.json()["etag"]}
    assert (await service.post("/v1/holds", json=wish(), headers=agreed)).status_code == 201
    stale = stranger() | {"If-Match": '"another"'}
    moved = await service.post("/v1/holds", json=wish(), headers=stale)
    assert slug(moved) == "state-changed"
    assert await kept_back(app) == 1


async def test_a_hold_is_extended_once_and_then_given_back(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    hold = (await ask(service)).json()
    mine = {"Channel-User-Ref": "web:u1"}
    path = f"/v1/holds/{hold['id']}"
    longer = await service.post(f"{path}/extend", headers=mine | once())
    assert longer.json()["expires_at"] == "2026-11-22T20:00:00+09:00"
    assert slug(await service.post(f"{path}/extend", headers=mine | once())) == (
        "not-allowed-in-state"
    )
    strangers = {"Channel-User-Ref": "web:u2"} | once()
    assert slug(await service.delete(path, headers=strangers)) == "not-found"
    answers = await asyncio.gather(*(service.delete(path, headers=mine | once()) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert await kept_back(app) == 0


async def test_holds_past_their_time_go_back_on_the_shelf_once(
    app: FastAPI, service: httpx.AsyncClient, clock: Any
) -> None:
    await open_shop(app)
    await put(app, stock("shoe-26", "ginza", 1))
    hold = (await ask(service)).json()
    assert slug(await ask(service, user="web:u2")) == "insufficient-stock"
    clock.now += timedelta(days=3)
    mine = {"Channel-User-Ref": "web:u1"}
    shown = await service.get(f"/v1/holds/{hold['id']}", headers=mine)
    assert (shown.json()["status"], shown.json()["allowed_actions"]) == ("expired", [])

    async def sweep() -> int:
        async with app.state.database.writing() as session, session.begin():
            return await expire_holds(session, clock())

    assert sorted(await asyncio.gather(sweep(), sweep(), sweep())) == [0, 0, 1]
    assert await kept_back(app) == 0
    assert (await ask(service, user="web:u2")).status_code == 201


async def test_an_overdue_hold_does_not_stand_in_the_way_of_the_next(
    app: FastAPI, service: httpx.AsyncClient, clock: Any
) -> None:
    await open_shop(app)
    await put(app, stock("shoe-26", "ginza", 1))
    await ask(service)
    clock.now += timedelta(days=3)
    assert (await ask(service, user="web:u2")).status_code == 201
    assert await kept_back(app) == 1


async def test_the_shop_says_how_long_how_many_and_who_confirms(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    rules = {"name": "S", "holds": {"confirmation": "store", "days": 1, "per_customer": 1}}
    await open_shop(app, rules)
    closed_on_the_day = [{"date": "2026-11-19", "closed": True}]
    await put(app, store("ginza", exceptions=closed_on_the_day))
    hold = (await ask(service)).json()
    assert (hold["status"], hold["confirmation"]) == ("requested", "store")
    assert hold["expires_at"] == "2026-11-20T20:00:00+09:00"
    assert slug(await ask(service)) == "hold-limit"


async def test_a_member_gives_no_name_and_sees_what_was_put_aside_before_the_proof(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    before = (await ask(service)).json()
    me = await speak_as(service)
    mine = await service.post("/v1/holds", json=wish(name_kana=None), headers=me | once())
    assert mine.json()["name_kana"] == "ヤマダ ハナコ"
    listed = await service.get("/v1/customers/m1/holds", headers=me)
    assert {hold["id"] for hold in listed.json()["items"]} == {before["id"], mine.json()["id"]}
    elsewhere = await speak_as(service, user="line:U1")
    path = f"/v1/holds/{mine.json()['id']}"
    assert (await service.get(path, headers=elsewhere)).status_code == 200
    assert slug(await service.delete(path, headers=elsewhere | once())) == "step-up-required"
    proven = await speak_as(service, user="line:U1", aal=2)
    assert (await service.delete(path, headers=proven | once())).status_code == 200
    other = await speak_as(service, "m2", user="line:U2", aal=2)
    assert slug(await service.get(path, headers=other)) == "not-found"


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ({"lines": []}, "invalid-request"),
        ({"lines": [{"variant_id": "shoe-26", "quantity": 0}]}, "invalid-request"),
        ({"lines": [{"variant_id": "shoe-26", "quantity": 1}] * 2}, "invalid-request"),
        ({"lines": [{"variant_id": "nothing", "quantity": 1}]}, "not-found"),
        ({"lines": [{"variant_id": "shoe-27", "quantity": 1}]}, "insufficient-stock"),
        ({"store_id": "nowhere"}, "not-found"),
        ({"name_kana": None}, "invalid-request"),
        ({"name_kana": "\u0007"}, "invalid-request"),
        ({"visit_at": "2026-12-24T12:00:00+09:00"}, "invalid-request"),
        ({"visit_at": "2026-11-19T12:00:00"}, "invalid-request"),
        ({"user": None}, "session-required"),
        ({"colour": "red"}, "unknown-parameter"),
    ],
)
@pytest.mark.parametrize("backend_engine_url", ["sqlite"], indirect=True)
async def test_what_cannot_be_put_aside_is_refused(
    app: FastAPI, service: httpx.AsyncClient, fault: dict[str, Any], refusal: str
) -> None:
    await open_shop(app)
    assert slug(await ask(service, **fault)) == refusal
    assert await kept_back(app) == 0


async def test_a_warehouse_puts_nothing_aside_and_not_every_store_has_a_fitting_room(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    await put(app, store("depot", kind="warehouse"), store("kiosk", services=[], weekly_hours=[]))
    await put(app, stock("shoe-26", "depot", 5), stock("shoe-26", "kiosk", 5))
    assert slug(await ask(service, store_id="depot")) == "not-supported"
    assert slug(await ask(service, store_id="kiosk", purpose="tryon")) == "not-supported"
    without_hours = await ask(service, store_id="kiosk")
    assert without_hours.json()["expires_at"] == "2026-11-21T00:00:00+09:00"
