"""Points and coupons as a member is told of them."""

from datetime import date, timedelta

import httpx
from customer_data import (
    TODAY,
    coupon,
    days_ago,
    earned,
    line,
    member,
    open_shop,
    order,
    put,
    slug,
    speak_as,
)
from fastapi import FastAPI

RULES = {
    "name": "S",
    "points": {"yen_per_point": 1, "ranks": [{"code": "gold", "name": "ゴールド"}]},
}


async def test_a_member_sees_balance_pending_and_what_runs_out_next(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app, RULES)
    soon, later = TODAY + timedelta(days=5), TODAY + timedelta(days=90)
    await put(app, earned(300, 60, later), earned(200, 50, soon, limited=True, usable_at=["ec"]))
    await put(app, earned(-50, 2, kind="use"), earned(30, -3, pending=True))
    await put(app, member("m1", member_no="10010001", points_as_of=days_ago(1)))
    me = await speak_as(service)
    points = (await service.get("/v1/customers/m1/points", headers=me)).json()
    assert points == {
        "balance": 450,
        "pending": 30,
        "pending_from": "2026-11-21",
        "expiring_next": {"points": 150, "expires_on": "2026-11-23"},
        "rank": None,
        "rate_yen_per_point": 1,
        "as_of": "2026-11-17T12:00:00+09:00",
        "source": "crm",
    }
    lots = (await service.get("/v1/customers/m1/points/lots", headers=me)).json()
    assert lots["as_of"] == points["as_of"]
    told = [(lot["points_remaining"], lot["kind"], lot["usable_at"]) for lot in lots["items"]]
    assert told == [
        (150, "limited", ["ec"]),
        (300, "regular", ["ec", "store"]),
    ]


async def test_a_point_may_be_worth_less_than_a_yen(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app, {"name": "S", "points": {"yen_per_point": 0.5}})
    points = await service.get("/v1/customers/m1/points", headers=await speak_as(service))
    assert points.json()["rate_yen_per_point"] == 0.5


async def test_the_history_needs_a_fresh_proof_and_comes_page_by_page(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    await put(app, order("o1"), line("o1"))
    await put(app, *(earned(10 * n, 40 - n, order_no="EC-o1") for n in range(1, 6)))
    linked, me = await speak_as(service), await speak_as(service, aal=2)
    path = "/v1/customers/m1/points/history"
    assert slug(await service.get(path, headers=linked)) == "step-up-required"
    first = (await service.get(path, params={"limit": 3}, headers=me)).json()
    rest = await service.get(path, params={"limit": 3, "cursor": first["next_cursor"]}, headers=me)
    items = first["items"] + rest.json()["items"]
    assert [item["balance_after"] for item in items] == [150, 100, 60, 30, 10]
    assert {item["order_id"] for item in items} == {"o1"}
    assert rest.json()["next_cursor"] is None


async def test_nobody_sees_another_members_points_or_coupons(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    me = await speak_as(service)
    for what in ("points", "points/lots", "coupons", "holds"):
        assert slug(await service.get(f"/v1/customers/m2/{what}", headers=me)) == "not-found"


async def test_coupons_come_usable_first_and_hide_their_code(
    app: FastAPI, service: httpx.AsyncClient
) -> None:
    await open_shop(app)
    await put(
        app,
        member("m1", member_no="10010001", coupons_as_of=days_ago(1)),
        coupon("late", date(2026, 12, 31)),
        coupon("soon", TODAY),
        coupon("over", TODAY - timedelta(days=1)),
        coupon("used", date(2026, 12, 1), status="used"),
        coupon(
            "fixed",
            date(2027, 1, 31),
            discount_percent=None,
            discount_amount=500,
            min_amount=3000,
            currency="JPY",
        ),
    )
    me = await speak_as(service)
    told = (await service.get("/v1/customers/m1/coupons", headers=me)).json()
    assert told["as_of"] == "2026-11-17T12:00:00+09:00"
    coupons = told["items"]
    assert [(each["id"], each["status"]) for each in coupons] == [
        ("soon", "active"),
        ("late", "active"),
        ("fixed", "active"),
        ("used", "used"),
        ("over", "expired"),
    ]
    assert coupons[0]["code_masked"] == "•••2345"
    assert coupons[2]["discount"] == {
        "percent": None,
        "amount": {"currency": "JPY", "amount": 500},
    }
