"""A small shop with customers, and the ways tests come to speak for them."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from backend.customers.contacts import normal_member_no, normal_order_no
from backend.tables import (
    Base,
    Coupon,
    Member,
    Order,
    OrderLine,
    Pickup,
    PointsEntry,
    Product,
    Shipment,
    ShipmentEvent,
    Shop,
    StockLevel,
    Store,
    Variant,
)

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 18)
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "hol"]


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


async def put(app: FastAPI, *rows: Base) -> None:
    """Store rows, those others point to first."""
    async with app.state.database.writing() as session, session.begin():
        for row in rows:
            await session.merge(row)
            await session.flush()


async def row(app: FastAPI, table: type[Any], key: Any) -> Any:
    async with app.state.database.reading() as session:
        return await session.get(table, key)


async def open_shop(app: FastAPI, rules: dict[str, Any] | None = None) -> None:
    """Two stores, one shoe in two sizes, two members."""
    if rules is not None:
        await put(app, Shop(id=1, document=rules, updated_at=NOW))
    await put(
        app,
        store("ginza"),
        store("umeda"),
        Product(
            id="shoe",
            name="スニーカー",
            category="shoes",
            option_axes=["サイズ"],
            first_import=1,
            updated_at=NOW,
        ),
        variant("shoe-26"),
        variant("shoe-27"),
        stock("shoe-26", "ginza", 3),
        stock("shoe-27", "ginza", None),
        stock("shoe-26", "umeda", 5),
        member("m1", member_no="10010001", phone="+819012345678", email="hanako@example.com"),
        member("m2", member_no="10010002", phone="+819087654321"),
    )


def store(store_id: str, **more: Any) -> Store:
    hours = [{"days": EVERY_DAY, "open": "10:00", "close": "20:00"}]
    given: dict[str, Any] = {
        "id": store_id,
        "code": store_id,
        "name": store_id,
        "kind": "store",
        "weekly_hours": hours,
        "services": ["pickup", "tryon"],
        "pickup_lead_time_minutes": 120,
        "pickup_hold_days": 7,
        "updated_at": NOW,
    }
    return Store(**given | more)


def variant(variant_id: str) -> Variant:
    return Variant(
        id=variant_id,
        product_id="shoe",
        sku=variant_id,
        options={"サイズ": variant_id[-2:]},
        currency="JPY",
        price=2990,
        status="active",
    )


def stock(variant_id: str, location: str, on_hand: int | None, reserved: int = 0) -> StockLevel:
    return StockLevel(
        variant_id=variant_id,
        location_id=location,
        on_hand=on_hand,
        reserved=reserved,
        safety_buffer=0,
        as_of=NOW,
        source="pos",
        change_number=0,
    )


def member(member_id: str, member_no: str, **more: Any) -> Member:
    return Member(
        **{
            "id": member_id,
            "member_no": member_no,
            "member_no_key": normal_member_no(member_no),
            "name": "山田 花子",
            "name_kana": "ヤマダ ハナコ",
            "marketing_consent": False,
            "updated_at": NOW,
        }
        | more
    )


def order(order_id: str, customer_id: str | None = "m1", ago: int = 3, **more: Any) -> Order:
    return Order(
        **{
            "id": order_id,
            "order_no": f"EC-{order_id}",
            "order_no_key": normal_order_no(f"EC-{order_id}"),
            "customer_id": customer_id,
            "channel": "ec",
            "placed_at": days_ago(ago),
            "payment_status": "paid",
            "on_hold": False,
            "delivery": {"kind": "ship"},
            "totals": {"total": {"currency": "JPY", "amount": 2990}},
            "timeline": [],
            "version": 1,
            "updated_at": NOW,
        }
        | more
    )


def line(order_id: str, line_id: str = "1", **more: Any) -> OrderLine:
    return OrderLine(
        **{
            "order_id": order_id,
            "line_id": line_id,
            "position": int(line_id),
            "variant_id": "shoe-26",
            "name": "スニーカー",
            "options": {"サイズ": "26"},
            "quantity": 1,
            "currency": "JPY",
            "unit_price": 2990,
            "shipped": 0,
            "delivered": 0,
            "cancelled": 0,
            "returned": 0,
        }
        | more
    )


def shipment(order_id: str, status: str, line_id: str = "1", quantity: int = 1) -> Shipment:
    return Shipment(
        order_id=order_id,
        id=f"s-{line_id}",
        position=int(line_id),
        carrier="yamato",
        tracking_no="4001-2345-6789",
        status=status,
        eta_date=TODAY,
        eta_slot="18-20",
        shipped_at=days_ago(1),
        lines=[{"line_id": line_id, "quantity": quantity}],
        as_of=NOW,
    )


def seen(order_id: str, line_id: str = "1") -> ShipmentEvent:
    return ShipmentEvent(
        order_id=order_id,
        shipment_id=f"s-{line_id}",
        position=1,
        at=days_ago(1),
        code="in_transit",
        place="東京",
        text="輸送中",
    )


def pickup(order_id: str, status: str = "ready", **more: Any) -> Pickup:
    return Pickup(
        **{
            "order_id": order_id,
            "store_id": "ginza",
            "status": status,
            "ready_at": days_ago(1),
            "hold_until": TODAY + timedelta(days=3),
            "code": "4711",
            "extension_used": False,
            "as_of": NOW,
            "version": 1,
        }
        | more
    )


def earned(points: int, ago: int, expires_on: date | None = None, **more: Any) -> PointsEntry:
    return PointsEntry(
        **{
            "customer_id": "m1",
            "kind": "earn",
            "delta": points,
            "at": days_ago(ago),
            "expires_on": expires_on,
            "pending": False,
            "limited": False,
            "usable_at": [],
        }
        | more
    )


def coupon(coupon_id: str, valid_until: date, **more: Any) -> Coupon:
    return Coupon(
        **{
            "id": coupon_id,
            "customer_id": "m1",
            "name": "お誕生日クーポン",
            "discount_percent": 10,
            "valid_until": valid_until,
            "usable_at": ["ec", "store"],
            "status": "active",
            "barcode": "2900000012345",
        }
        | more
    )


async def speak_as(
    service: httpx.AsyncClient, member_id: str = "m1", aal: int = 1, user: str = "web:u1"
) -> dict[str, str]:
    """The headers with which the service speaks for a member."""
    asked = {"member_id": member_id, "channel_user_ref": user, "aal": aal}
    opened = await service.post("/v1/identity/sessions", json=asked)
    assert opened.status_code == 201, opened.text
    return {"Customer-Session": opened.json()["session"]}


def once() -> dict[str, str]:
    """A fresh Idempotency-Key."""
    return {"Idempotency-Key": str(uuid4())}


def sent_codes(sink: Path) -> list[dict[str, str]]:
    """What has left through the file sink."""
    if not sink.exists():
        return []
    return [json.loads(entry) for entry in sink.read_text(encoding="utf-8").splitlines()]


def slug(answer: httpx.Response) -> str:
    """Which refusal an answer is."""
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"]).removeprefix("urn:problem:")
